import type { listMacrosQuery, MacroSummary } from '@penstock/contracts'
import { macroStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import { permittedIds, type Caller } from '../../base/principal.js'
import { macroSummaryOf } from '../macro-answer.js'

export type ListMacros = (
  caller: Caller,
  query: z.output<typeof listMacrosQuery>,
) => Promise<{ data: MacroSummary[]; total: number }>

/** The macros that the caller may read; with module_id those that its APIs can use. */
export function listMacros({ database }: Pick<Ports, 'database'>): ListMacros {
  return (caller, query) =>
    database.read(async (tx) => {
      const { items, total } = await macroStore.page(tx, {
        permitted: permittedIds(caller.user, 'macro:read'),
        page: query.page,
        pageSize: query.page_size,
        sort: query.sort,
        name: query.name,
        macroType: query.macro_type,
        moduleId: query.module_id,
        isPublished: query.is_published,
      })
      return { data: items.map(macroSummaryOf), total }
    })
}
