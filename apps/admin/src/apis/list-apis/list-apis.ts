import type { ApiSummary, listApisQuery } from '@penstock/contracts'
import { apiStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import { permittedIds, type Caller } from '../../base/principal.js'
import { apiSummaryOf } from '../api-answer.js'

export type ListApis = (
  caller: Caller,
  query: z.output<typeof listApisQuery>,
) => Promise<{ data: ApiSummary[]; total: number }>

/** The APIs that the caller may read. */
export function listApis({ database }: Pick<Ports, 'database'>): ListApis {
  return (caller, query) =>
    database.read(async (tx) => {
      const { items, total } = await apiStore.page(tx, {
        permitted: permittedIds(caller.user, 'api:read'),
        page: query.page,
        pageSize: query.page_size,
        sort: query.sort,
        name: query.name,
        path: query.path,
        moduleId: query.module_id,
        datasourceId: query.datasource_id,
        httpMethod: query.http_method,
        accessType: query.access_type,
        isActive: query.is_active,
        isPublished: query.is_published,
      })
      return { data: items.map(apiSummaryOf), total }
    })
}
