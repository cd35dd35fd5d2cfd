import { Controller, Inject } from '@nestjs/common'
import { idParams, macroAnswer, type MacroAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { UnpublishMacro } from './unpublish-macro.js'

export const UNPUBLISH_MACRO = Symbol('UNPUBLISH_MACRO')
const SPEC = endpoint({
  method: 'POST',
  path: 'macros/{id}/unpublish',
  tag: 'Macros',
  summary: 'Let no API take it any more; published ones keep what they hold',
  access: { permission: 'macro:publish', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: macroAnswer,
  refusals: [404],
})

@Controller()
export class UnpublishMacroController {
  constructor(@Inject(UNPUBLISH_MACRO) private readonly unpublishMacro: UnpublishMacro) {}

  @Endpoint(SPEC)
  unpublish(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): Promise<MacroAnswer> {
    return this.unpublishMacro(caller, params.id)
  }
}
