import type { PagingDefinition } from '@penstock/contracts'

export type PagingDialect = 'postgres' | 'mysql'

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
export function pagingPlan(definition: PagingDefinition, dialect: string): PagingPlan {
  if (!isPagingDialect(dialect)) throw new Error(`paging is not there for ${dialect}`)
  return Object.freeze({
    dialect,
    mode: definition.mode,
    pageSize: definition.page_size,
    pageSizeMax: definition.page_size_max,
    orderBy: definition.order_by.map(({ column, direction }) => ({
      name: column,
      column: quoted(dialect, column),
      direction,
    })),
    total: definition.total,
  })
}

export function isPagingDialect(dialect: string): dialect is PagingDialect {
  return dialect === 'postgres' || dialect === 'mysql'
}

function quoted(dialect: PagingDialect, name: string): string {
  return dialect === 'mysql' ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`
}
