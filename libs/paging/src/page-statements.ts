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
  const from = fromInner(inner.text)
  const keys = plan.mode === 'keyset' ? plan.orderBy.map((key, at) => `, ${keyText(plan.dialect, key, at)}`) : []
  const rows = end === undefined ? from : rowsBehind(plan, end, { from, limit: request.pageSize + ROWS_BEHIND, bind })
  const limit = bind(request.pageSize + ROWS_BEHIND)
  const offset = plan.mode === 'offset' ? ` OFFSET ${bind((request.page - 1) * request.pageSize)}` : ''
  const text = `SELECT penstock_page.*${keys.join('')}\n${rows}\n${orderOf(plan)}\nLIMIT ${limit}${offset}`
  return {
    page: { text, values },
    total: request.total ? { text: `SELECT count(*) AS total\n${from}`, values: inner.values } : undefined,
  }
}

type Bind = (value: string | number) => string

/** On lines of its own: the inner statement may end with a comment. */
function fromInner(text: string): string {
  return `FROM (\n${text}\n) AS penstock_page`
}

function orderOf({ orderBy }: PagingPlan): string {
  return `ORDER BY ${orderBy.map(({ column, direction }) => `penstock_page.${column} ${direction.toUpperCase()}`).join(', ')}`
}

/** The rows behind the end, and where they are read from. */
function rowsBehind(
  plan: PagingPlan,
  end: PageEnd,
  { from, limit, bind }: { readonly from: string; readonly limit: number; readonly bind: Bind },
): string {
  const { dialect, orderBy } = plan
  const [first] = orderBy
  const value = end.keys[0] ?? null
  if (first === undefined || value === null) return `${from}\nWHERE ${behind(plan, end, bind)}`
  const nullsAreLast = dialect.nulls[first.direction] === 'last'
  if (nullsAreLast && !dialect.nullsApart) return `${from}\nWHERE ${behind(plan, end, bind)}`
  const name = `penstock_page.${first.column}`
  // What the condition says already, in a form that an index understands: this is where the page begins.
  const bound = `${name} ${first.direction === 'asc' ? '>=' : '<='} ${dialect.keyBind(end.types[0] ?? '', value, bind)}`
  const own = `${from}\nWHERE ${bound} AND ${behind(plan, end, bind, 'without nulls of the first')}`
  if (!nullsAreLast) return own
  const part = (rows: string): string => `(SELECT penstock_page.*\n${rows}\n${orderOf(plan)}\nLIMIT ${bind(limit)})`
  return fromInner(`${part(own)}\nUNION ALL\n${part(`${from}\nWHERE ${name} IS NULL`)}`)
}

function keyText(dialect: PagingDialect, { column }: OrderKey, at: number): string {
  return `CAST(penstock_page.${column} AS ${dialect.textType}) AS penstock_key_${at + 1}`
}

/** What holds for the rows behind the end: the first key is behind its value, or equal and the next one is behind, and so on. */
function behind(
  { dialect, orderBy }: PagingPlan,
  end: PageEnd,
  bind: Bind,
  nulls: 'with nulls' | 'without nulls of the first' = 'with nulls',
): string {
  const cases = orderBy.flatMap((key, at) => {
    const withNulls = at > 0 || nulls === 'with nulls'
    const beyond = beyondKey(dialect, key, at, end, { bind, withNulls })
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
  bind: Bind,
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
  { bind, withNulls }: { readonly bind: Bind; readonly withNulls: boolean },
): (() => string) | undefined {
  const key = keys[at] ?? null
  const name = `penstock_page.${column}`
  const nullsAreLast = dialect.nulls[direction] === 'last'
  if (key === null) return nullsAreLast ? undefined : () => `${name} IS NOT NULL`
  const operator = direction === 'asc' ? '>' : '<'
  return () => {
    const compared = `${name} ${operator} ${dialect.keyBind(types[at] ?? '', key, bind)}`
    return nullsAreLast && withNulls ? `(${compared} OR ${name} IS NULL)` : compared
  }
}
