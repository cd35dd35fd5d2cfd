import { Controller, Inject } from '@nestjs/common'
import { changeMacroRequest, idParams, macroAnswer, type MacroAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ChangeMacro } from './change-macro.js'

export const CHANGE_MACRO = Symbol('CHANGE_MACRO')
const SPEC = endpoint({
  method: 'PATCH',
  path: 'macros/{id}',
  tag: 'Macros',
  summary: 'Change the draft of a macro',
  access: { permission: 'macro:update', resource: { param: 'id' } },
  params: idParams,
  body: changeMacroRequest,
  status: 200,
  answer: macroAnswer,
  refusals: [404, 409],
})

@Controller()
export class ChangeMacroController {
  constructor(@Inject(CHANGE_MACRO) private readonly changeMacro: ChangeMacro) {}

  @Endpoint(SPEC)
  change(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): Promise<MacroAnswer> {
    return this.changeMacro(caller, params.id, body)
  }
}
