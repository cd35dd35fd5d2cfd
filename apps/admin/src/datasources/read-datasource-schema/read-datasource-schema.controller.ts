import { Controller, Inject } from '@nestjs/common'
import { datasourceSchemaAnswer, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ReadDatasourceSchema } from './read-datasource-schema.js'

export const READ_DATASOURCE_SCHEMA = Symbol('READ_DATASOURCE_SCHEMA')
const SPEC = endpoint({
  method: 'GET',
  path: 'datasources/{id}/schema',
  tag: 'Data sources',
  summary: 'Tables and columns that the data source’s user may read',
  access: { permission: 'datasource:execute', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: datasourceSchemaAnswer,
  refusals: [502, 504],
})

@Controller()
export class ReadDatasourceSchemaController {
  constructor(@Inject(READ_DATASOURCE_SCHEMA) private readonly readDatasourceSchema: ReadDatasourceSchema) {}

  @Endpoint(SPEC)
  read(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): ReturnType<ReadDatasourceSchema> {
    return this.readDatasourceSchema(caller, params.id)
  }
}
