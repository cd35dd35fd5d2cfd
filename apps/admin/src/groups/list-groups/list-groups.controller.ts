import { Controller, Inject } from '@nestjs/common'
import { groupList, listGroupsQuery } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListGroups } from './list-groups.js'

export const LIST_GROUPS = Symbol('LIST_GROUPS')
const SPEC = endpoint({
  method: 'GET',
  path: 'groups',
  tag: 'Groups',
  summary: 'List groups',
  access: { permission: 'group:read', resource: 'many' },
  query: listGroupsQuery,
  status: 200,
  answer: groupList,
})

@Controller()
export class ListGroupsController {
  constructor(@Inject(LIST_GROUPS) private readonly listGroups: ListGroups) {}

  @Endpoint(SPEC)
  list(@Call(SPEC) { caller, query }: CallOf<typeof SPEC>): ReturnType<ListGroups> {
    return this.listGroups(caller, query)
  }
}
