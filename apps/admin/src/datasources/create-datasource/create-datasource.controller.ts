import { Controller, Inject } from '@nestjs/common'
import { createDatasourceRequest, datasourceAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { CreateDatasource } from './create-datasource.js'

export const CREATE_DATASOURCE = Symbol('CREATE_DATASOURCE')
const SPEC = endpoint({
  method: 'POST',
  path: 'datasources',
  tag: 'Data sources',
  summary: 'Add a data source',
  access: { permission: 'datasource:create', resource: 'none' },
  body: createDatasourceRequest,
  status: 201,
  answer: datasourceAnswer,
  refusals: [409],
})

@Controller()
export class CreateDatasourceController {
  constructor(@Inject(CREATE_DATASOURCE) private readonly createDatasource: CreateDatasource) {}

  @Endpoint(SPEC)
  create(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): ReturnType<CreateDatasource> {
    return this.createDatasource(caller, body)
  }
}
