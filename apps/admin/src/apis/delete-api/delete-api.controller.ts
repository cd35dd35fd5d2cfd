import { Controller, Inject } from '@nestjs/common'
import { idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { DeleteApi } from './delete-api.js'

export const DELETE_API = Symbol('DELETE_API')
const SPEC = endpoint({
  method: 'DELETE',
  path: 'apis/{id}',
  tag: 'APIs',
  summary: 'Remove an API that is not published, with its versions',
  access: { permission: 'api:delete', resource: { param: 'id' } },
  params: idParams,
  status: 204,
  refusals: [404, 409],
})

@Controller()
export class DeleteApiController {
  constructor(@Inject(DELETE_API) private readonly deleteApi: DeleteApi) {}

  @Endpoint(SPEC)
  remove(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): Promise<void> {
    return this.deleteApi(caller, params.id)
  }
}
