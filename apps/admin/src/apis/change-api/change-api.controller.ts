import { Controller, Inject } from '@nestjs/common'
import { apiAnswer, changeApiRequest, idParams, type ApiAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ChangeApi } from './change-api.js'

export const CHANGE_API = Symbol('CHANGE_API')
const SPEC = endpoint({
  method: 'PATCH',
  path: 'apis/{id}',
  tag: 'APIs',
  summary: 'Change the draft (served after a publish) and the live settings (effective at once)',
  access: { permission: 'api:update', resource: { param: 'id' } },
  params: idParams,
  body: changeApiRequest,
  status: 200,
  answer: apiAnswer,
  refusals: [404, 409],
})

@Controller()
export class ChangeApiController {
  constructor(@Inject(CHANGE_API) private readonly changeApi: ChangeApi) {}

  @Endpoint(SPEC)
  change(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): Promise<ApiAnswer> {
    return this.changeApi(caller, params.id, body)
  }
}
