import { Controller, Inject } from '@nestjs/common'
import { idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { DeleteModule } from './delete-module.js'

export const DELETE_MODULE = Symbol('DELETE_MODULE')
const SPEC = endpoint({
  method: 'DELETE',
  path: 'modules/{id}',
  tag: 'Modules',
  summary: 'Remove an empty module',
  access: { permission: 'module:delete', resource: { param: 'id' } },
  params: idParams,
  status: 204,
  refusals: [409],
})

@Controller()
export class DeleteModuleController {
  constructor(@Inject(DELETE_MODULE) private readonly deleteModule: DeleteModule) {}

  @Endpoint(SPEC)
  remove(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): ReturnType<DeleteModule> {
    return this.deleteModule(caller, params.id)
  }
}
