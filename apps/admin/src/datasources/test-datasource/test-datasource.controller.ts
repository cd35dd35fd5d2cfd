import { Controller, Inject } from '@nestjs/common'
import { datasourceTestAnswer, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { TestDatasource } from './test-datasource.js'

export const TEST_DATASOURCE = Symbol('TEST_DATASOURCE')
const SPEC = endpoint({
  method: 'POST',
  path: 'datasources/{id}/test',
  tag: 'Data sources',
  summary: 'Try a saved data source',
  access: { permission: 'datasource:execute', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: datasourceTestAnswer,
})

@Controller()
export class TestDatasourceController {
  constructor(@Inject(TEST_DATASOURCE) private readonly testDatasource: TestDatasource) {}

  @Endpoint(SPEC)
  test(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): ReturnType<TestDatasource> {
    return this.testDatasource(caller, params.id)
  }
}
