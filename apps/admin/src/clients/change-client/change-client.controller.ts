import { Controller, Inject } from '@nestjs/common'
import { changeClientRequest, clientAnswer, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ChangeClient } from './change-client.js'

export const CHANGE_CLIENT = Symbol('CHANGE_CLIENT')
const SPEC = endpoint({
  method: 'PATCH',
  path: 'clients/{id}',
  tag: 'Clients',
  summary: 'Change a client; switching it off ends its tokens',
  access: { permission: 'client:update', resource: { param: 'id' } },
  params: idParams,
  body: changeClientRequest,
  status: 200,
  answer: clientAnswer,
  refusals: [409],
})

@Controller()
export class ChangeClientController {
  constructor(@Inject(CHANGE_CLIENT) private readonly changeClient: ChangeClient) {}

  @Endpoint(SPEC)
  change(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): ReturnType<ChangeClient> {
    return this.changeClient(caller, params.id, body)
  }
}
