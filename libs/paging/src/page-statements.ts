import type { PageEnd } from './cursor.js'
import type { PagingDialect } from './paging-dialect.js'
import type { OrderKey, PagingPlan } from './paging-plan.js'
import type { PageRequest } from './page-request.js'

/** A statement and what is bound in it. */
export interface Bound<Value> {
  readonly text: string
  readonly values: readonly Value[]
}

/** The statements of a page around one of an API. */
export interface PageStatements<Value> {
  /** Its columns are those of the inner statement, and behind them, for keyset paging, the keys as text. */
  readonly page: Bound<Value | string | number>
  readonly total: Bound<Value> | undefined
}

/** So many rows more than the page has are read, to know whether one follows. */
const ROWS_BEHIND = 1

/**
 * Wraps one SELECT into the statements of a page. Values stand behind those of the inner statement, always bound; texts hold names of
 * columns from the definition alone, and do not depend on the page.
 */
export function pageStatements<Value>(
  plan: PagingPlan,
  inner: Bound<Value>,
  request: Pick<PageRequest, 'page' | 'pageSize' | 'total'>,
  end?: PageEnd,
): PageStatements<Value> {
  const values: (Value | string | number)[] = [...inner.values]
  const bind = (value: string | number): string => {
    values.push(value)
    return plan.dialect.bindText(values.length)
  }
  // On a line of its own: the inner statement may end with a comment.
  const from = `FROM (\n${inner.text}\n) AS penstock_page`
  const keys = plan.mode === 'keyset' ? plan.orderBy.map((key, at) => `, ${keyText(plan.dialect, key, at)}`) : []
  const where = end === undefined ? '' : `\nWHERE ${behind(plan, end, bind)}`
  const order = plan.orderBy.map(({ column, direction }) => `penstock_page.${column} ${direction.toUpperCase()}`)
  const limit = bind(request.pageSize + ROWS_BEHIND)
  const offset = plan.mode === 'offset' ? ` OFFSET ${bind((request.page - 1) * request.pageSize)}` : ''
  const text = `SELECT penstock_page.*${keys.join('')}\n${from}${where}\nORDER BY ${order.join(', ')}\nLIMIT ${limit}${offset}`
  return {
    page: { text, values },
    total: request.total ? { text: `SELECT count(*) AS total\n${from}`, values: inner.values } : undefined,
  }
}

function keyText(dialect: PagingDialect, { column }: OrderKey, at: number): string {
  return `CAST(penstock_page.${column} AS ${dialect.textType}) AS penstock_key_${at + 1}`
}

/** What holds for the rows behind the end: the first key is behind its value, or equal and the next one is behind, and so on. */
function behind({ dialect, orderBy }: PagingPlan, end: PageEnd, bind: (value: string | number) => string): string {
  const cases = orderBy.flatMap((key, at) => {
    const beyond = beyondKey(dialect, key, at, end, bind)
    if (beyond === undefined) return []
    const equal = orderBy.slice(0, at).map((before, index) => equalKey(dialect, before, index, end, bind))
    // MySQL's binds have no numbers: they must be bound in the order in which they stand.
    return [[...equal, beyond()].join(' AND ')]
  })
  return cases.length === 0 ? '1 = 0' : `(${cases.join(' OR ')})`
}

function equalKey(
  dialect: PagingDialect,
  { column }: OrderKey,
  at: number,
  { keys, types }: PageEnd,
  bind: (value: string | number) => string,
): string {
  const key = keys[at] ?? null
  const name = `penstock_page.${column}`
  return key === null ? `${name} IS NULL` : `${name} = ${dialect.keyBind(types[at] ?? '', key, bind)}`
}

/** Undefined: nothing is behind it. */
function beyondKey(
  dialect: PagingDialect,
  { column, direction }: OrderKey,
  at: number,
  { keys, types }: PageEnd,
  bind: (value: string | number) => string,
): (() => string) | undefined {
  const key = keys[at] ?? null
  const name = `penstock_page.${column}`
  const nullsAreLast = dialect.nulls[direction] === 'last'
  if (key === null) return nullsAreLast ? undefined : () => `${name} IS NOT NULL`
  const operator = direction === 'asc' ? '>' : '<'
  return () => {
    const compared = `${name} ${operator} ${dialect.keyBind(types[at] ?? '', key, bind)}`
    return nullsAreLast ? `(${compared} OR ${name} IS NULL)` : compared
  }
}
