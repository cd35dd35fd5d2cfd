import { Controller, Inject } from '@nestjs/common'
import { idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { DeleteDatasource } from './delete-datasource.js'

export const DELETE_DATASOURCE = Symbol('DELETE_DATASOURCE')
const SPEC = endpoint({
  method: 'DELETE',
  path: 'datasources/{id}',
  tag: 'Data sources',
  summary: 'Remove a data source that nothing uses',
  access: { permission: 'datasource:delete', resource: { param: 'id' } },
  params: idParams,
  status: 204,
  refusals: [409],
})

@Controller()
export class DeleteDatasourceController {
  constructor(@Inject(DELETE_DATASOURCE) private readonly deleteDatasource: DeleteDatasource) {}

  @Endpoint(SPEC)
  remove(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): ReturnType<DeleteDatasource> {
    return this.deleteDatasource(caller, params.id)
  }
}
