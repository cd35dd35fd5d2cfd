import { Controller, Inject } from '@nestjs/common'
import { idParams, macroAnswer, type MacroAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ReadMacro } from './read-macro.js'

export const READ_MACRO = Symbol('READ_MACRO')
const SPEC = endpoint({
  method: 'GET',
  path: 'macros/{id}',
  tag: 'Macros',
  summary: 'A macro with its draft',
  access: { permission: 'macro:read', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: macroAnswer,
  refusals: [404],
})

@Controller()
export class ReadMacroController {
  constructor(@Inject(READ_MACRO) private readonly readMacro: ReadMacro) {}

  @Endpoint(SPEC)
  read(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): Promise<MacroAnswer> {
    return this.readMacro(caller, params.id)
  }
}
