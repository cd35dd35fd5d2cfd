import { Controller, Inject } from '@nestjs/common'
import { groupAnswer, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ReadGroup } from './read-group.js'

export const READ_GROUP = Symbol('READ_GROUP')
const SPEC = endpoint({
  method: 'GET',
  path: 'groups/{id}',
  tag: 'Groups',
  summary: 'Read a group with its APIs and clients',
  access: { permission: 'group:read', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: groupAnswer,
})

@Controller()
export class ReadGroupController {
  constructor(@Inject(READ_GROUP) private readonly readGroup: ReadGroup) {}

  @Endpoint(SPEC)
  read(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): ReturnType<ReadGroup> {
    return this.readGroup(caller, params.id)
  }
}
