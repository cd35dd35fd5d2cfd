import { Controller, Inject } from '@nestjs/common'
import { createMacroRequest, macroAnswer, type MacroAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { CreateMacro } from './create-macro.js'

export const CREATE_MACRO = Symbol('CREATE_MACRO')
const SPEC = endpoint({
  method: 'POST',
  path: 'macros',
  tag: 'Macros',
  summary: 'Make the draft of a macro',
  access: { permission: 'macro:create', resource: 'none' },
  body: createMacroRequest,
  status: 201,
  answer: macroAnswer,
  refusals: [409],
})

@Controller()
export class CreateMacroController {
  constructor(@Inject(CREATE_MACRO) private readonly createMacro: CreateMacro) {}

  @Endpoint(SPEC)
  create(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): Promise<MacroAnswer> {
    return this.createMacro(caller, body)
  }
}
