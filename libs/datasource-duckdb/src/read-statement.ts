import { abortFailure, type Field, type Row, type RunOptions, type Statement } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import type { Turn } from './engine.js'
import type { Exchange } from './exchange.js'
import { wireValues } from './wire-values.js'

// The process keeps the timeout itself; this is for one that does not answer.
const OUTER_GRACE_MS = 500
// One batch in the reader's hands and this many on their way.
const BATCHES_AHEAD = 2

export interface Batch {
  readonly fields: readonly Field[]
  readonly rows: readonly Row[]
}

/** What one call may still read, over all its statements. */
export interface Budget {
  rowsLeft: number
  bytesLeft: number
}

export function budgetOf({ rowsMax, bytesMax }: RunOptions): Budget {
  return { rowsLeft: rowsMax ?? Infinity, bytesLeft: bytesMax ?? Infinity }
}

/** Runs one statement and gives its batches as DuckDB makes them, at least one. Leaving early, aborting and the end of the time stop it. */
export async function* readStatement(
  turn: Turn,
  { text, values }: Statement,
  options: RunOptions,
): AsyncGenerator<Batch, void> {
  if (options.signal.aborted) throw abortFailure(options.signal)
  const exchange = turn.ask({ kind: 'run', text, values: wireValues(values), timeoutMs: options.timeoutMs })
  const unwatch = watch(exchange, options)
  for (let ahead = 0; ahead < BATCHES_AHEAD; ahead += 1) exchange.more()
  let fields: readonly Field[] = []
  let isFirst = true
  try {
    for (let answer = await exchange.next(); answer !== undefined; answer = await exchange.next()) {
      if (answer.kind === 'fields') fields = answer.fields
      if (answer.kind !== 'rows') continue
      isFirst = false
      yield { fields, rows: answer.rows }
      exchange.more()
    }
    if (isFirst) yield { fields, rows: [] }
  } finally {
    unwatch()
    exchange.stop(new AppError('CALLER_GONE', 'the reader left'))
  }
}

/** Takes as many rows from the budget as fit. A smaller row behind one that does not fit would leave a hole, so nothing fits after it. */
export function take(budget: Budget, rows: readonly Row[]): readonly Row[] {
  for (const [index, row] of rows.entries()) {
    const bytes = row.reduce((sum, cell) => sum + (cell === null ? 0 : Buffer.byteLength(cell)), 0)
    if (budget.rowsLeft <= 0 || bytes > budget.bytesLeft) {
      budget.rowsLeft = 0
      return rows.slice(0, index)
    }
    budget.rowsLeft -= 1
    budget.bytesLeft -= bytes
  }
  return rows
}

function watch(exchange: Exchange, { signal, timeoutMs }: RunOptions): () => void {
  const abort = (): void => exchange.stop(abortFailure(signal))
  const late = (): void => exchange.stop(new AppError('DATASOURCE_TIMEOUT', `no end within ${timeoutMs} ms`))
  const timer = setTimeout(late, Math.min(timeoutMs + OUTER_GRACE_MS, 2 ** 31 - 1))
  signal.addEventListener('abort', abort, { once: true })
  return () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}
