import { Controller, Inject } from '@nestjs/common'
import { changeDatasourceRequest, datasourceAnswer, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ChangeDatasource } from './change-datasource.js'

export const CHANGE_DATASOURCE = Symbol('CHANGE_DATASOURCE')
const SPEC = endpoint({
  method: 'PATCH',
  path: 'datasources/{id}',
  tag: 'Data sources',
  summary: 'Change a data source; a password that is left out stays',
  access: { permission: 'datasource:update', resource: { param: 'id' } },
  params: idParams,
  body: changeDatasourceRequest,
  status: 200,
  answer: datasourceAnswer,
  refusals: [409],
})

@Controller()
export class ChangeDatasourceController {
  constructor(@Inject(CHANGE_DATASOURCE) private readonly changeDatasource: ChangeDatasource) {}

  @Endpoint(SPEC)
  change(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): ReturnType<ChangeDatasource> {
    return this.changeDatasource(caller, params.id, body)
  }
}
