import { Controller, Inject } from '@nestjs/common'
import { idParams, publishedAnswer, rollbackApiRequest, type PublishedAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { RollbackApi } from './rollback-api.js'

export const ROLLBACK_API = Symbol('ROLLBACK_API')
const SPEC = endpoint({
  method: 'POST',
  path: 'apis/{id}/rollback',
  tag: 'APIs',
  summary: 'Serve the version that was published before, or a given one; the draft stays as it is',
  access: { permission: 'api:publish', resource: { param: 'id' } },
  params: idParams,
  body: rollbackApiRequest,
  status: 200,
  answer: publishedAnswer,
  refusals: [404, 409],
})

@Controller()
export class RollbackApiController {
  constructor(@Inject(ROLLBACK_API) private readonly rollbackApi: RollbackApi) {}

  @Endpoint(SPEC)
  rollback(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): Promise<PublishedAnswer> {
    return this.rollbackApi(caller, params.id, body.version_id)
  }
}
