import { Controller, Inject } from '@nestjs/common'
import { confirmShrinkQuery, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { DeleteClient } from './delete-client.js'

export const DELETE_CLIENT = Symbol('DELETE_CLIENT')
const SPEC = endpoint({
  method: 'DELETE',
  path: 'clients/{id}',
  tag: 'Clients',
  summary: 'Remove a client; its links go with it',
  access: { permission: 'client:delete', resource: { param: 'id' } },
  params: idParams,
  query: confirmShrinkQuery,
  status: 204,
  refusals: [409],
})

@Controller()
export class DeleteClientController {
  constructor(@Inject(DELETE_CLIENT) private readonly deleteClient: DeleteClient) {}

  @Endpoint(SPEC)
  remove(@Call(SPEC) { caller, params, query }: CallOf<typeof SPEC>): ReturnType<DeleteClient> {
    return this.deleteClient(caller, params.id, query)
  }
}
