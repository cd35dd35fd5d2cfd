import { Controller, Inject } from '@nestjs/common'
import { apiVersionAnswer, versionParams, type ApiVersionAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ReadVersion } from './read-version.js'

export const READ_VERSION = Symbol('READ_VERSION')
const SPEC = endpoint({
  method: 'GET',
  path: 'apis/{id}/versions/{version_id}',
  tag: 'APIs',
  summary: 'A version with its content',
  access: { permission: 'api:read', resource: { param: 'id' } },
  params: versionParams,
  status: 200,
  answer: apiVersionAnswer,
  refusals: [404],
})

@Controller()
export class ReadVersionController {
  constructor(@Inject(READ_VERSION) private readonly readVersion: ReadVersion) {}

  @Endpoint(SPEC)
  read(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): Promise<ApiVersionAnswer> {
    return this.readVersion(caller, params.id, params.version_id)
  }
}
