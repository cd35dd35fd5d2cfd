import type { Field, Row, Statement, StatementResult } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import {
  CURSOR_CHARACTERS_MAX,
  KeyUnusable,
  openCursor,
  pageStatements,
  sealCursor,
  type PageEnd,
  type PageRequest,
  type PagingPlan,
} from '@penstock/paging'
import { encodeEnvelope, type Envelope, type Naming } from '@penstock/result-shape'
import { executeSql, type SqlExecution } from './execute-sql.js'
import type { PagedParams } from './read-call-params.js'

export interface PageOptions {
  readonly naming: Naming
  readonly cursorKey: Uint8Array
  /** What a cursor is good for. */
  readonly boundTo: string
}

/**
 * Runs the statement of an API for one page, and answers its rows with what leads to the next one beside them. Throws PARAM_INVALID for a
 * cursor that was not made for this, and API_BROKEN when rows could be lost between two pages.
 */
export async function answerPage(
  sql: SqlExecution,
  { plan, request }: PagedParams,
  options: PageOptions,
): Promise<Envelope> {
  const end = endOf(request, options)
  const pageSize = Math.min(request.pageSize, sql.rowsMax ?? request.pageSize)
  const around = (statement: Statement) => statementsOf(plan, statement, { ...request, pageSize }, end)
  const counted = request.total ? 1 : 0
  // One row more than the page has, to know whether one follows.
  const [rows, count] = await executeSql({ ...sql, around, rowsMax: pageSize + 1 + counted })
  if (rows?.kind !== 'rows') throw new AppError('API_BROKEN', 'paging around a statement without rows')
  const envelope = encodeEnvelope([pageOf(plan, rows, pageSize)], { naming: options.naming, bytesMax: sql.bytesMax })
  const members: [snake: string, camel: string, json: string][] = []
  if (plan.mode === 'offset') members.push(['page', 'page', String(request.page)])
  members.push(['page_size', 'pageSize', String(pageSize)])
  if (request.total) members.push(['total', 'total', totalOf(count)])
  if (plan.mode === 'keyset') {
    const cursor = nextCursor(plan, rows, envelope.rowCount, options)
    members.push(['next_cursor', 'nextCursor', cursor === undefined ? 'null' : `"${cursor}"`])
  }
  const beside = members.map(([snake, camel, json]) => `"${options.naming === 'camel' ? camel : snake}":${json}`)
  return { ...envelope, body: `${envelope.body.slice(0, -1)},${beside.join(',')}}` }
}

type Rows = Extract<StatementResult, { kind: 'rows' }>

function endOf({ cursor }: PageRequest, { cursorKey, boundTo }: PageOptions): PageEnd | undefined {
  if (cursor === undefined) return undefined
  const end = openCursor(cursorKey, boundTo, cursor)
  if (end !== undefined) return end
  const message = 'must be the next_cursor of an answer to the same parameters, of the version that is published now'
  throw new AppError('PARAM_INVALID', `cursor ${message}`, { errors: [{ name: 'cursor', location: 'query', message }] })
}

function statementsOf(
  plan: PagingPlan,
  statement: Statement,
  request: PageRequest,
  end: PageEnd | undefined,
): readonly Statement[] {
  const { page, total } = usable(() => pageStatements(plan, statement, request, end))
  // What is wrapped around it only compares, sorts and counts: what was proved of the statement holds still.
  const { clean } = statement
  return total === undefined
    ? [{ ...page, clean }]
    : [
        { ...page, clean },
        { ...total, clean },
      ]
}

/** The rows of the page, without what was read to find the next one. */
function pageOf(plan: PagingPlan, { fields, rows, truncated }: Rows, pageSize: number): Rows {
  return {
    kind: 'rows',
    fields: plan.mode === 'keyset' ? withoutKeys(fields, plan.orderBy.length) : fields,
    rows: rows.length > pageSize ? rows.slice(0, pageSize) : rows,
    truncated,
  }
}

/** One list for one list: the encoder of a list is made once. */
const shortened = new WeakMap<readonly Field[], readonly Field[]>()

function withoutKeys(fields: readonly Field[], count: number): readonly Field[] {
  const known = shortened.get(fields)
  if (known !== undefined) return known
  const own = fields.slice(0, fields.length - count)
  shortened.set(fields, own)
  return own
}

function totalOf(count: StatementResult | undefined): string {
  const total = count?.kind === 'rows' ? count.rows[0]?.[0] : undefined
  if (typeof total === 'string' && /^\d+$/.test(total)) return total
  throw new AppError('INTERNAL', 'a count that is no number')
}

/** Behind the last row that is shown, when there are more; undefined at the end. */
function nextCursor(
  plan: PagingPlan,
  { fields, rows, truncated }: Rows,
  shown: number,
  { cursorKey, boundTo }: PageOptions,
): string | undefined {
  const last = rows[shown - 1]
  if (last === undefined || (rows.length <= shown && !truncated)) return undefined
  const keys = keysOf(plan, fields, last)
  const next = rows[shown]
  if (next !== undefined && keysOf(plan, fields, next).every((key, at) => key === keys[at])) {
    throw new AppError('API_BROKEN', 'order_by of the paging is not unique: two rows have equal keys')
  }
  const cursor = sealCursor(cursorKey, boundTo, { keys, types: plan.orderBy.map(({ name }) => typeOf(fields, name)) })
  if (cursor.length <= CURSOR_CHARACTERS_MAX) return cursor
  throw new AppError('API_BROKEN', 'the keys of a row are too long for a cursor')
}

function keysOf({ orderBy }: PagingPlan, fields: readonly Field[], row: Row): readonly (string | null)[] {
  return row.slice(fields.length - orderBy.length, fields.length)
}

function typeOf(fields: readonly Field[], name: string): string {
  return fields.find((field) => field.name === name || field.name.toLowerCase() === name.toLowerCase())?.type ?? ''
}

function usable<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof KeyUnusable) throw new AppError('API_BROKEN', error.message)
    throw error
  }
}
