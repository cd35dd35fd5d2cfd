import { Controller, Inject } from '@nestjs/common'
import { apiAnswer, idParams, type ApiAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ReadApi } from './read-api.js'

export const READ_API = Symbol('READ_API')
const SPEC = endpoint({
  method: 'GET',
  path: 'apis/{id}',
  tag: 'APIs',
  summary: 'An API with its draft and what is published of it',
  access: { permission: 'api:read', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: apiAnswer,
  refusals: [404],
})

@Controller()
export class ReadApiController {
  constructor(@Inject(READ_API) private readonly readApi: ReadApi) {}

  @Endpoint(SPEC)
  read(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): Promise<ApiAnswer> {
    return this.readApi(caller, params.id)
  }
}
