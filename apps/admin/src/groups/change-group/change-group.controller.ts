import { Controller, Inject } from '@nestjs/common'
import { changeGroupRequest, groupAnswer, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ChangeGroup } from './change-group.js'

export const CHANGE_GROUP = Symbol('CHANGE_GROUP')
const SPEC = endpoint({
  method: 'PATCH',
  path: 'groups/{id}',
  tag: 'Groups',
  summary: 'Change a group; switching it off ends what it grants',
  access: { permission: 'group:update', resource: { param: 'id' } },
  params: idParams,
  body: changeGroupRequest,
  status: 200,
  answer: groupAnswer,
  refusals: [409],
})

@Controller()
export class ChangeGroupController {
  constructor(@Inject(CHANGE_GROUP) private readonly changeGroup: ChangeGroup) {}

  @Endpoint(SPEC)
  change(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): ReturnType<ChangeGroup> {
    return this.changeGroup(caller, params.id, body)
  }
}
