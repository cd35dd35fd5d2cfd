import type { groupList, listGroupsQuery } from '@penstock/contracts'
import { groupStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import { permittedIds, type Caller } from '../../base/principal.js'
import { groupSummaryOf } from '../group-answer.js'

export type ListGroups = (
  caller: Caller,
  query: z.output<typeof listGroupsQuery>,
) => Promise<z.output<typeof groupList>>

/** The groups that the caller may read. */
export function listGroups({ database }: Pick<Ports, 'database'>): ListGroups {
  return async (caller, query) => {
    const { items, total } = await database.read((tx) =>
      groupStore.page(tx, {
        page: query.page,
        pageSize: query.page_size,
        sort: query.sort,
        permitted: permittedIds(caller.user, 'group:read'),
        name: query.name,
        isActive: query.is_active,
      }),
    )
    return { data: items.map(groupSummaryOf), total }
  }
}
