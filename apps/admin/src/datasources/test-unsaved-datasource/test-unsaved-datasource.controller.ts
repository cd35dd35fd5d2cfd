import { Controller, Inject } from '@nestjs/common'
import { datasourceTestAnswer, testDatasourceRequest } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { TestUnsavedDatasource } from './test-unsaved-datasource.js'

export const TEST_UNSAVED_DATASOURCE = Symbol('TEST_UNSAVED_DATASOURCE')
const SPEC = endpoint({
  method: 'POST',
  path: 'datasources/test',
  tag: 'Data sources',
  summary: 'Try settings that are not saved',
  access: { permission: 'datasource:create', resource: 'none' },
  body: testDatasourceRequest,
  status: 200,
  answer: datasourceTestAnswer,
})

@Controller()
export class TestUnsavedDatasourceController {
  constructor(@Inject(TEST_UNSAVED_DATASOURCE) private readonly testUnsavedDatasource: TestUnsavedDatasource) {}

  @Endpoint(SPEC)
  test(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): ReturnType<TestUnsavedDatasource> {
    return this.testUnsavedDatasource(caller, body)
  }
}
