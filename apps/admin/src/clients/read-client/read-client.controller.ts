import { Controller, Inject } from '@nestjs/common'
import { clientAnswer, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ReadClient } from './read-client.js'

export const READ_CLIENT = Symbol('READ_CLIENT')
const SPEC = endpoint({
  method: 'GET',
  path: 'clients/{id}',
  tag: 'Clients',
  summary: 'Read a client with its links',
  access: { permission: 'client:read', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: clientAnswer,
})

@Controller()
export class ReadClientController {
  constructor(@Inject(READ_CLIENT) private readonly readClient: ReadClient) {}

  @Endpoint(SPEC)
  read(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): ReturnType<ReadClient> {
    return this.readClient(caller, params.id)
  }
}
