import { abortFailure, type RowBatch, type RunOptions, type Statement } from '@penstock/datasource'
import { BatchedRows } from './batched-rows.js'
import { checkTexts } from './check-texts.js'
import { connectionWasLost, toAppError } from './map-error.js'
import type { Context } from './context.js'
import { acquireSession, begin, finish, giveBack, watch } from './run-statements.js'
import type { Session } from './session.js'

/** Streams one statement as `Driver.stream` promises. */
export async function* streamStatement(
  context: Context,
  statement: Statement,
  options: RunOptions,
): AsyncGenerator<RowBatch, void> {
  checkTexts([statement], { mode: 'read' })
  for (let mayRetry = true; ; mayRetry = false) {
    if (options.signal.aborted) throw abortFailure(options.signal)
    const idle = context.pool.takeIdle()
    const session = idle ?? (await acquireSession(context, options.signal))
    const failure = yield* streamOn(context, session, statement, options)
    if (failure === undefined) return
    if (!mayRetry || idle === undefined || !connectionWasLost(failure)) throw toAppError(failure)
  }
}

/** Returns with the failure when it failed before its first batch, so that it can be tried again; throws later ones. */
async function* streamOn(
  context: Context,
  session: Session,
  statement: Statement,
  options: RunOptions,
): AsyncGenerator<RowBatch, unknown> {
  const sink = new BatchedRows(options, session, context.options)
  const unwatch = watch(session, options)
  let yielded = false
  let finished = false
  try {
    const done = settled(run(session, statement, sink, options.timeoutMs))
    void done.then((failure) => sink.batches.end(failure))
    for (let batch = await sink.batches.next(); batch !== undefined; batch = await sink.batches.next()) {
      yielded = true
      yield batch
    }
    const failure = await done
    finished = failure === undefined
    if (failure !== undefined && yielded) throw toAppError(failure)
    return failure
  } finally {
    unwatch()
    // Left while rows were still coming: the statement ends on the server, and this connection with it.
    if (sink.batches.isOpen) session.abandon(undefined)
    void giveBack(context, session, finished && statement.clean)
  }
}

async function run(
  session: Session,
  { text, values, clean }: Statement,
  sink: BatchedRows,
  timeoutMs: number,
): Promise<void> {
  const wrapping = clean ? 'none' : 'read'
  await session.limitStatements(timeoutMs)
  await begin(session, wrapping)
  await session.execute(text, values, sink)
  if (session.usable) await finish(session, wrapping, true)
}

function settled(work: Promise<void>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}
