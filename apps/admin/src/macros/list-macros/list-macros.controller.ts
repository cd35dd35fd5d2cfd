import { Controller, Inject } from '@nestjs/common'
import { listMacrosQuery, macroList, type MacroSummary } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListMacros } from './list-macros.js'

export const LIST_MACROS = Symbol('LIST_MACROS')
const SPEC = endpoint({
  method: 'GET',
  path: 'macros',
  tag: 'Macros',
  summary: 'The macros, without their contents',
  access: { permission: 'macro:read', resource: 'many' },
  query: listMacrosQuery,
  status: 200,
  answer: macroList,
})

@Controller()
export class ListMacrosController {
  constructor(@Inject(LIST_MACROS) private readonly listMacros: ListMacros) {}

  @Endpoint(SPEC)
  list(@Call(SPEC) { caller, query }: CallOf<typeof SPEC>): Promise<{ data: MacroSummary[]; total: number }> {
    return this.listMacros(caller, query)
  }
}
