import { Controller, Inject } from '@nestjs/common'
import { datasourceAnswer, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ReadDatasource } from './read-datasource.js'

export const READ_DATASOURCE = Symbol('READ_DATASOURCE')
const SPEC = endpoint({
  method: 'GET',
  path: 'datasources/{id}',
  tag: 'Data sources',
  summary: 'Read a data source; its password is never returned',
  access: { permission: 'datasource:read', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: datasourceAnswer,
})

@Controller()
export class ReadDatasourceController {
  constructor(@Inject(READ_DATASOURCE) private readonly readDatasource: ReadDatasource) {}

  @Endpoint(SPEC)
  read(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): ReturnType<ReadDatasource> {
    return this.readDatasource(caller, params.id)
  }
}
