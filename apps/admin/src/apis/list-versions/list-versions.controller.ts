import { Controller, Inject } from '@nestjs/common'
import { apiVersionList, idParams, listVersionsQuery, type ApiVersionSummary } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListVersions } from './list-versions.js'

export const LIST_VERSIONS = Symbol('LIST_VERSIONS')
const SPEC = endpoint({
  method: 'GET',
  path: 'apis/{id}/versions',
  tag: 'APIs',
  summary: 'The versions of an API, the newest first, without their contents',
  access: { permission: 'api:read', resource: { param: 'id' } },
  params: idParams,
  query: listVersionsQuery,
  status: 200,
  answer: apiVersionList,
  refusals: [404],
})

@Controller()
export class ListVersionsController {
  constructor(@Inject(LIST_VERSIONS) private readonly listVersions: ListVersions) {}

  @Endpoint(SPEC)
  list(
    @Call(SPEC) { caller, params, query }: CallOf<typeof SPEC>,
  ): Promise<{ data: ApiVersionSummary[]; total: number }> {
    return this.listVersions(caller, params.id, query)
  }
}
