import { abortFailure, type RowBatch, type RunOptions, type Statement } from '@penstock/datasource'
import { acquireSession } from './acquire-session.js'
import { bindTexts } from './bind-text.js'
import { BatchedRows } from './batched-rows.js'
import { checkTexts } from './check-texts.js'
import { finish, open, wrappingOf, type Context } from './context.js'
import type { Settled } from './exchange.js'
import { Group } from './group.js'
import { learnTypes } from './learn-types.js'
import { connectionWasLost, statementIsStale, toAppError } from './map-error.js'
import { giveBack } from './reset-session.js'
import type { Session } from './session.js'
import type { Columns } from './type-catalog.js'

/** Streams one statement as `Driver.stream` promises. */
export async function* streamStatement(
  context: Context,
  statement: Statement,
  options: RunOptions,
): AsyncGenerator<RowBatch, void> {
  checkTexts([statement])
  const texts: Texts = { ...statement, binds: bindTexts(statement.values) }
  for (let mayRetry = true; ; mayRetry = false) {
    const idle = context.pool.takeIdle()
    const session = idle ?? (await acquireSession(context, options.signal))
    const failure = yield* streamOn(context, session, texts, options)
    if (failure === undefined) return
    const isStale = statementIsStale(failure)
    const retry = mayRetry && (isStale || (idle !== undefined && connectionWasLost(failure)))
    if (!retry || options.signal.aborted) throw toAppError(failure)
    if (isStale) session.prepared.forgetAll()
  }
}

interface Texts extends Statement {
  readonly binds: readonly (string | null)[]
}

/** Returns with the failure when it failed before its first batch, so that it can be tried again; throws later ones. */
async function* streamOn(
  context: Context,
  session: Session,
  statement: Texts,
  options: RunOptions,
): AsyncGenerator<RowBatch, unknown> {
  const sink = new BatchedRows(options, session, context.types)
  const abort = (): void => session.abandon(abortFailure(options.signal))
  options.signal.addEventListener('abort', abort, { once: true })
  let yielded = false
  try {
    if (options.signal.aborted) return abortFailure(options.signal)
    await learnColumns(context, session, statement, options.signal)
    const done = send(context, session, statement, sink, options)
    void done.then(({ failure }) => sink.batches.end(failure))
    for (let batch = await sink.batches.next(); batch !== undefined; batch = await sink.batches.next()) {
      yielded = true
      yield batch
    }
    const { failure } = await done
    if (failure !== undefined) throw failure
    return undefined
  } catch (error) {
    if (yielded) throw toAppError(error)
    return error
  } finally {
    options.signal.removeEventListener('abort', abort)
    // Left while rows were still coming: the statement ends on the server, and this connection with it.
    if (yielded && sink.batches.isOpen) session.abandon(undefined)
    void giveBack(context, session, !statement.clean)
  }
}

function send(
  context: Context,
  session: Session,
  statement: Texts,
  sink: BatchedRows,
  options: RunOptions,
): Promise<Settled> {
  const wrapping = wrappingOf(context, [statement], { ...options, mode: 'read' })
  const group = new Group(session, !context.settings.transactionPooler)
  open(group, context, wrapping, options.timeoutMs)
  group.statement(statement.text, statement.binds, sink, 0)
  finish(group, wrapping, options.discard === true)
  return group.send()
}

/** Rows are decoded as they arrive, so all types of the columns must be known before the first of them. */
async function learnColumns(
  context: Context,
  session: Session,
  statement: Statement,
  signal: AbortSignal,
): Promise<void> {
  if (session.prepared.find(statement.text) !== undefined) return
  let columns: Columns | undefined
  const group = new Group(session, !context.settings.transactionPooler)
  group.describe(statement.text, {
    describe: (source) => (columns = context.types.columns(source)),
    row() {},
    complete() {},
    suspended() {},
    get columns() {
      return columns
    },
  })
  const { failure } = await group.send()
  if (failure !== undefined) throw failure
  if (columns !== undefined && columns.unknown.length > 0) {
    await learnTypes(context, session, columns.unknown, signal)
    session.prepared.learnt(context.types)
  }
}
