import type { ApiVersionSummary, listVersionsQuery } from '@penstock/contracts'
import { apiVersionStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findApi } from '../find-api.js'
import { versionSummaryOf } from '../version-answer.js'

export type ListVersions = (
  caller: Caller,
  id: string,
  query: z.output<typeof listVersionsQuery>,
) => Promise<{ data: ApiVersionSummary[]; total: number }>

export function listVersions({ database }: Pick<Ports, 'database'>): ListVersions {
  return (_caller, id, query) =>
    database.read(async (tx) => {
      const api = await findApi(tx, id)
      const { items, total } = await apiVersionStore.page(tx, {
        ownerId: id,
        page: query.page,
        pageSize: query.page_size,
        sort: query.sort,
      })
      return { data: items.map((version) => versionSummaryOf(version, api)), total }
    })
}
