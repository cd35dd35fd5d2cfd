import { abortFailure, type RowBatch, type RunOptions, type Statement } from '@penstock/datasource'
import { bindTexts } from './bind-text.js'
import { BatchedRows } from './batched-rows.js'
import { finish, open, wrappingOf, type Context, type Wrapping } from './context.js'
import type { Settled } from './exchange.js'
import { Group } from './group.js'
import { learnTypes } from './learn-types.js'
import { toAppError } from './map-error.js'
import { giveBack } from './reset-session.js'
import { refuseTransactionControl } from './run-statements.js'
import type { Session } from './session.js'
import type { Columns } from './type-catalog.js'

/** Streams one statement as `Driver.stream` promises. */
export async function* streamStatement(
  context: Context,
  statement: Statement,
  options: RunOptions,
): AsyncGenerator<RowBatch, void> {
  refuseTransactionControl([statement])
  const values = bindTexts(statement.values)
  const session = await acquire(context, options.signal)
  const wrapping = wrappingOf(context, [statement], { ...options, mode: 'read' })
  const sink = new BatchedRows(options, session, context.types)
  const abort = (): void => session.abandon(abortFailure(options.signal))
  options.signal.addEventListener('abort', abort, { once: true })
  try {
    if (options.signal.aborted) abort()
    await learnColumns(context, session, statement, options.signal)
    const done = send(context, session, { ...statement, values }, sink, wrapping, options)
    void done.then(({ failure }) => sink.end(failure))
    for (let batch = await sink.next(); batch !== undefined; batch = await sink.next()) yield batch
    const { failure } = await done
    if (failure !== undefined) throw failure
  } catch (error) {
    throw toAppError(error)
  } finally {
    options.signal.removeEventListener('abort', abort)
    // Left while rows were still coming: the statement ends on the server, and this connection with it.
    if (sink.isOpen) session.abandon(undefined)
    void giveBack(context, session, !statement.clean)
  }
}

async function acquire(context: Context, signal: AbortSignal): Promise<Session> {
  try {
    return await context.pool.acquire(signal)
  } catch (error) {
    throw toAppError(error)
  }
}

function send(
  context: Context,
  session: Session,
  statement: { readonly text: string; readonly values: readonly (string | null)[] },
  sink: BatchedRows,
  wrapping: Wrapping,
  options: RunOptions,
): Promise<Settled> {
  const group = new Group(session, !context.settings.transactionPooler)
  open(group, context, wrapping, options.timeoutMs)
  group.statement(statement.text, statement.values, sink, 0)
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
