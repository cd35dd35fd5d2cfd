import { Controller, Inject } from '@nestjs/common'
import { createClientRequest, createdClientAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { CreateClient } from './create-client.js'

export const CREATE_CLIENT = Symbol('CREATE_CLIENT')
const SPEC = endpoint({
  method: 'POST',
  path: 'clients',
  tag: 'Clients',
  summary: 'Add a client; the answer shows its secret, this once',
  access: { permission: 'client:create', resource: 'none' },
  body: createClientRequest,
  status: 201,
  answer: createdClientAnswer,
  refusals: [409],
})

@Controller()
export class CreateClientController {
  constructor(@Inject(CREATE_CLIENT) private readonly createClient: CreateClient) {}

  @Endpoint(SPEC)
  create(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): ReturnType<CreateClient> {
    return this.createClient(caller, body)
  }
}
