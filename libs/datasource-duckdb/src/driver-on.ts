import {
  abortFailure,
  type Driver,
  type Field,
  type Row,
  type RowBatch,
  type RunOptions,
  type Statement,
  type StatementResult,
} from '@penstock/datasource'
import type { Engine, Turn } from './engine.js'
import { budgetOf, readStatement, take, type Budget } from './read-statement.js'

/** The driver of an engine; it closes the engine. */
export function driverOn(engine: Engine): Driver {
  return {
    query: (statements, run) => runStatements(engine, statements, run),
    stream: (statement, run) => streamStatement(engine, statement, run),
    close: () => engine.close(),
  }
}

async function runStatements(
  engine: Engine,
  statements: readonly Statement[],
  options: RunOptions,
): Promise<readonly StatementResult[]> {
  if (options.signal.aborted) throw abortFailure(options.signal)
  const turn = await engine.turn(options.signal)
  try {
    const budget = budgetOf(options)
    const results: StatementResult[] = []
    for (const statement of statements) results.push(await buffered(turn, statement, options, budget))
    return results
  } finally {
    turn.release()
  }
}

async function buffered(
  turn: Turn,
  statement: Statement,
  options: RunOptions,
  budget: Budget,
): Promise<StatementResult> {
  let fields: readonly Field[] = []
  const rows: Row[] = []
  for await (const batch of readStatement(turn, statement, options)) {
    ;({ fields } = batch)
    const taken = take(budget, batch.rows)
    for (const row of taken) rows.push(row)
    if (taken.length < batch.rows.length) return { kind: 'rows', fields, rows, truncated: true }
  }
  return { kind: 'rows', fields, rows, truncated: false }
}

async function* streamStatement(
  engine: Engine,
  statement: Statement,
  options: RunOptions,
): AsyncGenerator<RowBatch, void> {
  if (options.signal.aborted) throw abortFailure(options.signal)
  const turn = await engine.turn(options.signal)
  const budget = budgetOf(options)
  try {
    // One batch is held back: only the last may say that it is cut, and whether it is shows with the next.
    let held: RowBatch | undefined
    for await (const { fields, rows } of readStatement(turn, statement, options)) {
      const taken = take(budget, rows)
      const truncated = taken.length < rows.length
      if (held !== undefined && truncated && taken.length === 0) {
        yield { ...held, truncated }
        return
      }
      if (held !== undefined) yield held
      held = { fields, rows: taken, truncated }
      if (truncated) break
    }
    if (held !== undefined) yield held
  } finally {
    turn.release()
  }
}
