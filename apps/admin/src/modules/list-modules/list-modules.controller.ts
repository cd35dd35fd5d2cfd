import { Controller, Inject } from '@nestjs/common'
import { listModulesQuery, moduleList } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListModules } from './list-modules.js'

export const LIST_MODULES = Symbol('LIST_MODULES')
const SPEC = endpoint({
  method: 'GET',
  path: 'modules',
  tag: 'Modules',
  summary: 'List modules',
  access: { permission: 'module:read', resource: 'many' },
  query: listModulesQuery,
  status: 200,
  answer: moduleList,
})

@Controller()
export class ListModulesController {
  constructor(@Inject(LIST_MODULES) private readonly listModules: ListModules) {}

  @Endpoint(SPEC)
  list(@Call(SPEC) { caller, query }: CallOf<typeof SPEC>): ReturnType<ListModules> {
    return this.listModules(caller, query)
  }
}
