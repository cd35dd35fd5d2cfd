import { Controller, Inject } from '@nestjs/common'
import { apiList, listApisQuery, type ApiSummary } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListApis } from './list-apis.js'

export const LIST_APIS = Symbol('LIST_APIS')
const SPEC = endpoint({
  method: 'GET',
  path: 'apis',
  tag: 'APIs',
  summary: 'The APIs, without their contents',
  access: { permission: 'api:read', resource: 'many' },
  query: listApisQuery,
  status: 200,
  answer: apiList,
})

@Controller()
export class ListApisController {
  constructor(@Inject(LIST_APIS) private readonly listApis: ListApis) {}

  @Endpoint(SPEC)
  list(@Call(SPEC) { caller, query }: CallOf<typeof SPEC>): Promise<{ data: ApiSummary[]; total: number }> {
    return this.listApis(caller, query)
  }
}
