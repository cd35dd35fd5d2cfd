import { Controller, Inject } from '@nestjs/common'
import { datasourceList, listDatasourcesQuery } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListDatasources } from './list-datasources.js'

export const LIST_DATASOURCES = Symbol('LIST_DATASOURCES')
const SPEC = endpoint({
  method: 'GET',
  path: 'datasources',
  tag: 'Data sources',
  summary: 'List data sources',
  access: { permission: 'datasource:read', resource: 'many' },
  query: listDatasourcesQuery,
  status: 200,
  answer: datasourceList,
})

@Controller()
export class ListDatasourcesController {
  constructor(@Inject(LIST_DATASOURCES) private readonly listDatasources: ListDatasources) {}

  @Endpoint(SPEC)
  list(@Call(SPEC) { caller, query }: CallOf<typeof SPEC>): ReturnType<ListDatasources> {
    return this.listDatasources(caller, query)
  }
}
