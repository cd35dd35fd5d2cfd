import type { listModulesQuery, moduleList } from '@penstock/contracts'
import { moduleStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import { permittedIds, type Caller } from '../../base/principal.js'
import { moduleAnswerOf } from '../module-answer.js'

export type ListModules = (
  caller: Caller,
  query: z.output<typeof listModulesQuery>,
) => Promise<z.output<typeof moduleList>>

/** The modules that the caller may read. */
export function listModules({ database }: Pick<Ports, 'database'>): ListModules {
  return async (caller, query) => {
    const { items, total } = await database.read((tx) =>
      moduleStore.page(tx, {
        page: query.page,
        pageSize: query.page_size,
        sort: query.sort,
        permitted: permittedIds(caller.user, 'module:read'),
        name: query.name,
        isActive: query.is_active,
      }),
    )
    return { data: items.map(moduleAnswerOf), total }
  }
}
