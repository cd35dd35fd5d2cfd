import type { listVersionsQuery, MacroVersionSummary } from '@penstock/contracts'
import { macroVersionStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findMacro, macroVersionSummaryOf } from '../macro-answer.js'

export type ListMacroVersions = (
  caller: Caller,
  id: string,
  query: z.output<typeof listVersionsQuery>,
) => Promise<{ data: MacroVersionSummary[]; total: number }>

export function listMacroVersions({ database }: Pick<Ports, 'database'>): ListMacroVersions {
  return (_caller, id, { page, page_size, sort }) =>
    database.read(async (tx) => {
      const macro = await findMacro(tx, id)
      const { items, total } = await macroVersionStore.page(tx, { ownerId: id, page, pageSize: page_size, sort })
      return { data: items.map((version) => macroVersionSummaryOf(version, macro)), total }
    })
}
