import { Controller, Inject } from '@nestjs/common'
import { apiAnswer, confirmShrinkQuery, idParams, type ApiAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { UnpublishApi } from './unpublish-api.js'

export const UNPUBLISH_API = Symbol('UNPUBLISH_API')
const SPEC = endpoint({
  method: 'POST',
  path: 'apis/{id}/unpublish',
  tag: 'APIs',
  summary: 'Take the API off every gateway',
  access: { permission: 'api:publish', resource: { param: 'id' } },
  params: idParams,
  query: confirmShrinkQuery,
  status: 200,
  answer: apiAnswer,
  refusals: [404, 409],
})

@Controller()
export class UnpublishApiController {
  constructor(@Inject(UNPUBLISH_API) private readonly unpublishApi: UnpublishApi) {}

  @Endpoint(SPEC)
  unpublish(@Call(SPEC) { caller, params, query }: CallOf<typeof SPEC>): Promise<ApiAnswer> {
    return this.unpublishApi(caller, params.id, query.confirm_shrink)
  }
}
