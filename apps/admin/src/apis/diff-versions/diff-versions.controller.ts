import { Controller, Inject } from '@nestjs/common'
import { diffParams, versionDiffAnswer } from '@penstock/contracts'
import type { z } from 'zod'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { DiffVersions } from './diff-versions.js'

export const DIFF_VERSIONS = Symbol('DIFF_VERSIONS')
const SPEC = endpoint({
  method: 'GET',
  path: 'apis/{id}/versions/{a}/diff/{b}',
  tag: 'APIs',
  summary: 'How two versions differ',
  access: { permission: 'api:read', resource: { param: 'id' } },
  params: diffParams,
  status: 200,
  answer: versionDiffAnswer,
  refusals: [404],
})

@Controller()
export class DiffVersionsController {
  constructor(@Inject(DIFF_VERSIONS) private readonly diffVersions: DiffVersions) {}

  @Endpoint(SPEC)
  diff(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): Promise<z.output<typeof versionDiffAnswer>> {
    return this.diffVersions(caller, params.id, params.a, params.b)
  }
}
