import { Controller, Inject } from '@nestjs/common'
import { idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { DeleteMacro } from './delete-macro.js'

export const DELETE_MACRO = Symbol('DELETE_MACRO')
const SPEC = endpoint({
  method: 'DELETE',
  path: 'macros/{id}',
  tag: 'Macros',
  summary: 'Remove a macro that no published API holds',
  access: { permission: 'macro:delete', resource: { param: 'id' } },
  params: idParams,
  status: 204,
  refusals: [404, 409],
})

@Controller()
export class DeleteMacroController {
  constructor(@Inject(DELETE_MACRO) private readonly deleteMacro: DeleteMacro) {}

  @Endpoint(SPEC)
  remove(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): Promise<void> {
    return this.deleteMacro(caller, params.id)
  }
}
