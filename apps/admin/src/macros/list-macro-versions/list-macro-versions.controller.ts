import { Controller, Inject } from '@nestjs/common'
import { idParams, listVersionsQuery, macroVersionList, type MacroVersionSummary } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListMacroVersions } from './list-macro-versions.js'

export const LIST_MACRO_VERSIONS = Symbol('LIST_MACRO_VERSIONS')
const SPEC = endpoint({
  method: 'GET',
  path: 'macros/{id}/versions',
  tag: 'Macros',
  summary: 'The versions of a macro, the newest first',
  access: { permission: 'macro:read', resource: { param: 'id' } },
  params: idParams,
  query: listVersionsQuery,
  status: 200,
  answer: macroVersionList,
  refusals: [404],
})

@Controller()
export class ListMacroVersionsController {
  constructor(@Inject(LIST_MACRO_VERSIONS) private readonly listMacroVersions: ListMacroVersions) {}

  @Endpoint(SPEC)
  list(
    @Call(SPEC) { caller, params, query }: CallOf<typeof SPEC>,
  ): Promise<{ data: MacroVersionSummary[]; total: number }> {
    return this.listMacroVersions(caller, params.id, query)
  }
}
