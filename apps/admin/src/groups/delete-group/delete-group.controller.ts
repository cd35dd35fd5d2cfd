import { Controller, Inject } from '@nestjs/common'
import { idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { DeleteGroup } from './delete-group.js'

export const DELETE_GROUP = Symbol('DELETE_GROUP')
const SPEC = endpoint({
  method: 'DELETE',
  path: 'groups/{id}',
  tag: 'Groups',
  summary: 'Remove a group; its links go with it',
  access: { permission: 'group:delete', resource: { param: 'id' } },
  params: idParams,
  status: 204,
})

@Controller()
export class DeleteGroupController {
  constructor(@Inject(DELETE_GROUP) private readonly deleteGroup: DeleteGroup) {}

  @Endpoint(SPEC)
  remove(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): ReturnType<DeleteGroup> {
    return this.deleteGroup(caller, params.id)
  }
}
