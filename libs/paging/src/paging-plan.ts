import type { PagingDefinition } from '@penstock/contracts'
import { pagingDialect, type PagingDialect } from './paging-dialect.js'

export interface OrderKey {
  /** As it stands in the result. */
  readonly name: string
  /** As it is written in a statement of the dialect. */
  readonly column: string
  readonly direction: 'asc' | 'desc'
}

/** How an API hands out its rows, ready for calls. */
export interface PagingPlan {
  readonly dialect: PagingDialect
  readonly mode: 'offset' | 'keyset'
  readonly pageSize: number
  readonly pageSizeMax: number
  readonly orderBy: readonly OrderKey[]
  readonly total: 'never' | 'on_request' | 'always'
}

/** A definition for one dialect. Throws when there is no paging for it. */
export function pagingPlan(definition: PagingDefinition, dialectName: string): PagingPlan {
  const dialect = pagingDialect(dialectName)
  if (dialect === undefined) throw new Error(`paging is not there for ${dialectName}`)
  return Object.freeze({
    dialect,
    mode: definition.mode,
    pageSize: definition.page_size,
    pageSizeMax: definition.page_size_max,
    orderBy: definition.order_by.map(({ column, direction }) => ({
      name: column,
      column: dialect.quote(column),
      direction,
    })),
    total: definition.total,
  })
}

/** Whether rows of data sources with this dialect can be handed out page by page. */
export function isPagingDialect(dialect: string): boolean {
  return pagingDialect(dialect) !== undefined
}
