import { Controller, Inject } from '@nestjs/common'
import { createdVersionAnswer, createVersionRequest, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { CreateMacroVersion } from './create-macro-version.js'

export const CREATE_MACRO_VERSION = Symbol('CREATE_MACRO_VERSION')
const SPEC = endpoint({
  method: 'POST',
  path: 'macros/{id}/versions',
  tag: 'Macros',
  summary: 'Keep the draft as a version',
  access: { permission: 'macro:update', resource: { param: 'id' } },
  params: idParams,
  body: createVersionRequest,
  status: 201,
  answer: createdVersionAnswer,
  refusals: [404],
})

@Controller()
export class CreateMacroVersionController {
  constructor(@Inject(CREATE_MACRO_VERSION) private readonly createMacroVersion: CreateMacroVersion) {}

  @Endpoint(SPEC)
  create(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): Promise<{ id: string; version: number }> {
    return this.createMacroVersion(caller, params.id, body.commit_message)
  }
}
