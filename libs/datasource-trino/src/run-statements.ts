import type { Row, RunOptions, Statement, StatementResult } from '@penstock/datasource'
import { controlCall } from './call-control.js'
import { checkTexts } from './check-texts.js'
import type { Context } from './context.js'
import { toAppError } from './map-error.js'
import { budgetOf, RowReader } from './rows.js'
import { runOne, type OneRun } from './run-one.js'
import { newOutcome } from './run-query.js'

/** Runs the statements as `Driver.query` promises, as far as Trino can: one after the other, each on its own. */
export async function runStatements(
  context: Context,
  statements: readonly Statement[],
  options: RunOptions,
): Promise<readonly StatementResult[]> {
  checkTexts(statements, options)
  const call = controlCall(options)
  try {
    context.enter()
    try {
      const budget = budgetOf(options)
      const results: StatementResult[] = []
      for (const statement of statements) {
        const run = { context, statement, options, signal: call.signal, outcome: newOutcome() }
        results.push(await resultOf(run, new RowReader(budget)))
      }
      return results
    } finally {
      context.leave()
    }
  } catch (error) {
    throw toAppError(error)
  } finally {
    call.end()
  }
}

async function resultOf(run: OneRun, reader: RowReader): Promise<StatementResult> {
  const rows: Row[] = []
  for await (const page of runOne(run)) {
    // What a write says of itself is its count, which stands beside the rows too.
    if (run.outcome.updateType !== undefined) continue
    for (const { row } of reader.read(page)) rows.push(row)
    if (reader.truncated) break
  }
  const { updateType, updateCount } = run.outcome
  if (updateType !== undefined || reader.fields === undefined) return { kind: 'count', count: updateCount }
  return { kind: 'rows', fields: reader.fields, rows, truncated: reader.truncated }
}
