import { Controller, Inject } from '@nestjs/common'
import { createGroupRequest, groupAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { CreateGroup } from './create-group.js'

export const CREATE_GROUP = Symbol('CREATE_GROUP')
const SPEC = endpoint({
  method: 'POST',
  path: 'groups',
  tag: 'Groups',
  summary: 'Add a group',
  access: { permission: 'group:create', resource: 'none' },
  body: createGroupRequest,
  status: 201,
  answer: groupAnswer,
  refusals: [409],
})

@Controller()
export class CreateGroupController {
  constructor(@Inject(CREATE_GROUP) private readonly createGroup: CreateGroup) {}

  @Endpoint(SPEC)
  create(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): ReturnType<CreateGroup> {
    return this.createGroup(caller, body)
  }
}
