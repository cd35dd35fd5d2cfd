import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm'

/** Which page of a list, in which order. */
export interface PageRequest {
  readonly page: number
  readonly pageSize: number
  /** A field of the list, with `-` in front for descending. */
  readonly sort: string
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly total: number
}

/** Ids that a list is limited to: those that the caller may read. */
export type Permitted = 'all' | readonly string[]

/**
 * Runs the query for one page. `sortable` maps the fields of the outside to columns, so that no text of a request becomes SQL; the id
 * breaks ties, otherwise a row could be on two pages.
 */
export async function pageOf<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  request: PageRequest,
  sortable: Readonly<Record<string, string>>,
): Promise<Page<T>> {
  const descending = request.sort.startsWith('-')
  const column = sortable[descending ? request.sort.slice(1) : request.sort]
  if (column === undefined) throw new RangeError(`the list cannot be sorted by ${request.sort}`)
  const [items, total] = await query
    .orderBy(`${query.alias}.${column}`, descending ? 'DESC' : 'ASC')
    .addOrderBy(`${query.alias}.id`, 'ASC')
    .offset((request.page - 1) * request.pageSize)
    .limit(request.pageSize)
    .getManyAndCount()
  return { items, total }
}

/** Limits the query to the permitted ids. */
export function onlyPermitted<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  permitted: Permitted,
): SelectQueryBuilder<T> {
  return permitted === 'all'
    ? query
    : query.andWhere(`${query.alias}.id = ANY (:permitted)`, { permitted: [...permitted] })
}

/** A LIKE pattern for texts that hold the given one anywhere, whatever wildcards it holds. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}
