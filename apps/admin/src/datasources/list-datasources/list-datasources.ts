import type { datasourceList, listDatasourcesQuery } from '@penstock/contracts'
import { datasourceStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import { permittedIds, type Caller } from '../../base/principal.js'
import { datasourceAnswerOf } from '../datasource-answer.js'

export type ListDatasources = (
  caller: Caller,
  query: z.output<typeof listDatasourcesQuery>,
) => Promise<z.output<typeof datasourceList>>

/** The data sources that the caller may read. */
export function listDatasources({ database }: Pick<Ports, 'database'>): ListDatasources {
  return async (caller, query) => {
    const { items, total } = await database.read((tx) =>
      datasourceStore.page(tx, {
        page: query.page,
        pageSize: query.page_size,
        sort: query.sort,
        permitted: permittedIds(caller.user, 'datasource:read'),
        name: query.name,
        productType: query.product_type,
        isActive: query.is_active,
      }),
    )
    return { data: items.map(datasourceAnswerOf), total }
  }
}
