import { Controller, Inject } from '@nestjs/common'
import { idParams, publishApiRequest, publishedAnswer, type PublishedAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { PublishApi } from './publish-api.js'

export const PUBLISH_API = Symbol('PUBLISH_API')
const SPEC = endpoint({
  method: 'POST',
  path: 'apis/{id}/publish',
  tag: 'APIs',
  summary: 'Serve a version on every gateway; without version_id the draft as its next version',
  access: { permission: 'api:publish', resource: { param: 'id' } },
  params: idParams,
  body: publishApiRequest,
  status: 200,
  answer: publishedAnswer,
  refusals: [404, 409],
})

@Controller()
export class PublishApiController {
  constructor(@Inject(PUBLISH_API) private readonly publishApi: PublishApi) {}

  @Endpoint(SPEC)
  publish(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): Promise<PublishedAnswer> {
    return this.publishApi(caller, params.id, body)
  }
}
