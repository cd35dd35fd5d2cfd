import type { Row, RowBatch, RunOptions, Statement } from '@penstock/datasource'
import { controlCall } from './call-control.js'
import { checkTexts } from './check-texts.js'
import type { Context } from './context.js'
import { toAppError } from './map-error.js'
import { budgetOf, RowReader } from './rows.js'
import { runOne, type OneRun } from './run-one.js'
import { newOutcome } from './run-query.js'

const BATCH_ROWS_MAX = 512
const BATCH_BYTES_MAX = 65_536

/** Streams one statement as `Driver.stream` promises. A part is asked for when the one before it has been read, so a slow reader is waited for. */
export async function* streamStatement(
  context: Context,
  statement: Statement,
  options: RunOptions,
): AsyncGenerator<RowBatch, void> {
  checkTexts([statement], { mode: 'read' })
  const call = controlCall(options)
  try {
    context.enter()
    try {
      const run = { context, statement, options: { ...options, mode: 'read' as const }, signal: call.signal }
      yield* batchesOf({ ...run, outcome: newOutcome() }, new RowReader(budgetOf(options)))
    } finally {
      context.leave()
    }
  } catch (error) {
    throw toAppError(error)
  } finally {
    call.end()
  }
}

async function* batchesOf(run: OneRun, reader: RowReader): AsyncGenerator<RowBatch, void> {
  let rows: Row[] = []
  let bytes = 0
  let yielded = false
  const flush = (truncated: boolean): RowBatch => {
    const batch = { fields: reader.fields ?? [], rows, truncated }
    rows = []
    bytes = 0
    yielded = true
    return batch
  }
  for await (const page of runOne(run)) {
    for (const measured of reader.read(page)) {
      rows.push(measured.row)
      bytes += measured.bytes
      if (rows.length >= BATCH_ROWS_MAX || bytes >= BATCH_BYTES_MAX) {
        yield flush(false)
        run.signal.throwIfAborted()
      }
    }
    if (reader.truncated) {
      yield flush(true)
      return
    }
    // What has come goes on: the next part may be long in coming.
    if (rows.length > 0) yield flush(false)
  }
  if (!yielded) yield flush(false)
}
