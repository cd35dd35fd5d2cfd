import { Controller, Inject } from '@nestjs/common'
import { clientList, listClientsQuery } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListClients } from './list-clients.js'

export const LIST_CLIENTS = Symbol('LIST_CLIENTS')
const SPEC = endpoint({
  method: 'GET',
  path: 'clients',
  tag: 'Clients',
  summary: 'List clients',
  access: { permission: 'client:read', resource: 'many' },
  query: listClientsQuery,
  status: 200,
  answer: clientList,
})

@Controller()
export class ListClientsController {
  constructor(@Inject(LIST_CLIENTS) private readonly listClients: ListClients) {}

  @Endpoint(SPEC)
  list(@Call(SPEC) { caller, query }: CallOf<typeof SPEC>): ReturnType<ListClients> {
    return this.listClients(caller, query)
  }
}
