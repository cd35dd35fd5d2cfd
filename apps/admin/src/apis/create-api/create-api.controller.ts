import { Controller, Inject } from '@nestjs/common'
import { apiAnswer, createApiRequest, type ApiAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { CreateApi } from './create-api.js'

export const CREATE_API = Symbol('CREATE_API')
const SPEC = endpoint({
  method: 'POST',
  path: 'apis',
  tag: 'APIs',
  summary: 'Make the draft of an API',
  access: { permission: 'api:create', resource: 'none' },
  body: createApiRequest,
  status: 201,
  answer: apiAnswer,
  refusals: [409],
})

@Controller()
export class CreateApiController {
  constructor(@Inject(CREATE_API) private readonly createApi: CreateApi) {}

  @Endpoint(SPEC)
  create(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): Promise<ApiAnswer> {
    return this.createApi(caller, body)
  }
}
