import { Controller, Inject } from '@nestjs/common'
import { groupAnswer, idParams, setGroupClientsRequest } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { SetGroupClients } from './set-group-clients.js'

export const SET_GROUP_CLIENTS = Symbol('SET_GROUP_CLIENTS')
const SPEC = endpoint({
  method: 'PUT',
  path: 'groups/{id}/clients',
  tag: 'Groups',
  summary: 'Make the clients of a group exactly these',
  access: { permission: 'group:update', resource: { param: 'id' } },
  params: idParams,
  body: setGroupClientsRequest,
  status: 200,
  answer: groupAnswer,
})

@Controller()
export class SetGroupClientsController {
  constructor(@Inject(SET_GROUP_CLIENTS) private readonly setGroupClients: SetGroupClients) {}

  @Endpoint(SPEC)
  set(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): ReturnType<SetGroupClients> {
    return this.setGroupClients(caller, params.id, body)
  }
}
