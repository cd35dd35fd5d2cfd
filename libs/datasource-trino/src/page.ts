import { z } from 'zod'
import type { ColumnSource } from './column-types.js'
import { elementsOf, membersOf, type Slice } from './json-slices.js'
import { queryError, type QueryErrorBody } from './map-error.js'

/** One answer of the server: a part of a result, or the news that there is nothing yet. */
export interface Page {
  /** Where the next part is; undefined when this was the last one. */
  readonly nextUri: string | undefined
  readonly columns: readonly ColumnSource[] | undefined
  readonly error: QueryErrorBody | undefined
  /** Set for statements that change something: `INSERT`, `CREATE TABLE`, … */
  readonly updateType: string | undefined
  readonly updateCount: number | undefined
  /** The rows, each as the JSON of its cells. */
  rows(): Generator<readonly string[]>
}

const head = z.object({
  nextUri: z.string().nullish(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), typeSignature: z.unknown() })).nullish(),
  error: queryError.nullish(),
  updateType: z.string().nullish(),
  updateCount: z.number().nullish(),
})
const WANTED = new Set(['nextUri', 'columns', 'error', 'updateType', 'updateCount'])

/** Reads an answer; throws when it is not one of this protocol. Rows are cut only when they are asked for. */
export function readPage(body: string): Page {
  const found: Record<string, unknown> = {}
  let data: Slice | undefined
  const start = body.search(/\S/)
  if (body[start] !== '{') throw new SyntaxError('an answer that is not of the Trino protocol')
  for (const [name, slice] of membersOf(body, { start, end: body.length })) {
    if (name === 'data' && body[slice.start] === '[') data = slice
    else if (WANTED.has(name)) found[name] = JSON.parse(body.slice(slice.start, slice.end))
  }
  const { nextUri, columns, error, updateType, updateCount } = head.parse(found)
  return {
    nextUri: nextUri ?? undefined,
    columns: columns ?? undefined,
    error: error ?? undefined,
    updateType: updateType ?? undefined,
    updateCount: updateCount ?? undefined,
    rows: () => rowsIn(body, data),
  }
}

function* rowsIn(body: string, data: Slice | undefined): Generator<readonly string[]> {
  if (data === undefined) return
  for (const row of elementsOf(body, data)) {
    const cells: string[] = []
    for (const { start, end } of elementsOf(body, row)) cells.push(body.slice(start, end))
    yield cells
  }
}
