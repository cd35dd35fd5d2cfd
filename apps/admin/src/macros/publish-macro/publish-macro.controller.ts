import { Controller, Inject } from '@nestjs/common'
import { idParams, publishedMacroAnswer, publishMacroRequest } from '@penstock/contracts'
import type { z } from 'zod'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { PublishMacro } from './publish-macro.js'

export const PUBLISH_MACRO = Symbol('PUBLISH_MACRO')
const SPEC = endpoint({
  method: 'POST',
  path: 'macros/{id}/publish',
  tag: 'Macros',
  summary: 'Let APIs take this version with their next one',
  access: { permission: 'macro:publish', resource: { param: 'id' } },
  params: idParams,
  body: publishMacroRequest,
  status: 200,
  answer: publishedMacroAnswer,
  refusals: [404],
})

@Controller()
export class PublishMacroController {
  constructor(@Inject(PUBLISH_MACRO) private readonly publishMacro: PublishMacro) {}

  @Endpoint(SPEC)
  publish(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): Promise<z.output<typeof publishedMacroAnswer>> {
    return this.publishMacro(caller, params.id, body)
  }
}
