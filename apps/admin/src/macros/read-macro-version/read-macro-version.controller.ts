import { Controller, Inject } from '@nestjs/common'
import { macroVersionAnswer, versionParams } from '@penstock/contracts'
import type { z } from 'zod'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ReadMacroVersion } from './read-macro-version.js'

export const READ_MACRO_VERSION = Symbol('READ_MACRO_VERSION')
const SPEC = endpoint({
  method: 'GET',
  path: 'macros/{id}/versions/{version_id}',
  tag: 'Macros',
  summary: 'A version of a macro with its content',
  access: { permission: 'macro:read', resource: { param: 'id' } },
  params: versionParams,
  status: 200,
  answer: macroVersionAnswer,
  refusals: [404],
})

@Controller()
export class ReadMacroVersionController {
  constructor(@Inject(READ_MACRO_VERSION) private readonly readMacroVersion: ReadMacroVersion) {}

  @Endpoint(SPEC)
  read(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): Promise<z.output<typeof macroVersionAnswer>> {
    return this.readMacroVersion(caller, params.id, params.version_id)
  }
}
