import { abortFailure, type GroupedOutcome, type GroupedRead } from '@penstock/datasource'
import { DatabaseError } from 'pg'
import { acquireSession } from './acquire-session.js'
import { bindTexts } from './bind-text.js'
import { checkTexts } from './check-texts.js'
import type { Context } from './context.js'
import type { Settled } from './exchange.js'
import { Group } from './group.js'
import { learnColumns } from './learn-types.js'
import { connectionWasLost, statementIsStale, toAppError } from './map-error.js'
import { giveBack } from './reset-session.js'
import { BufferedRows } from './rows-sink.js'
import type { Session } from './session.js'

const QUERY_CANCELED = '57014'
const AGAIN: GroupedOutcome = Object.freeze({ kind: 'again' })

/**
 * Runs clean reads as one group with one Sync, as `GroupReader.readTogether` promises. After a fault the server skips the rest of a group:
 * who stands before it is answered, it fails alone, and who stands behind it is asked again.
 */
export async function readTogether(
  context: Context,
  reads: readonly GroupedRead[],
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<readonly GroupedOutcome[]> {
  checkTexts(reads.map(({ statement }) => statement))
  const session = context.pool.takeIdle() ?? (await acquireSession(context, signal))
  const sinks = reads.map(
    ({ rowsMax, bytesMax }) =>
      new BufferedRows({ rowsLeft: rowsMax ?? Infinity, bytesLeft: bytesMax ?? Infinity }, context.types, undefined),
  )
  const startedMs = performance.now()
  const { failure, at } = await send(context, session, { reads, sinks, signal, timeoutMs })
  context.shortReads.ranTogether(
    reads.map(({ statement: { text } }) => text),
    performance.now() - startedMs,
  )
  try {
    await learnColumns(context, session, failure === undefined ? sinks : sinks.slice(0, at), signal)
  } finally {
    if (failure !== undefined && statementIsStale(failure)) session.prepared.forgetAll()
    void giveBack(context, session, false)
  }
  return reads.map(({ statement }, index) => {
    const sink = sinks[index]
    if (failure === undefined || index < at) return sink === undefined ? AGAIN : answered(context, statement.text, sink)
    return index === at ? failed(context, statement.text, failure) : AGAIN
  })
}

interface Sending {
  readonly reads: readonly GroupedRead[]
  readonly sinks: readonly BufferedRows[]
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** Sends the group; `at` of what it resolves with counts the reads. */
async function send(context: Context, session: Session, { reads, sinks, ...call }: Sending): Promise<Settled> {
  const abort = (): void => session.abandon(abortFailure(call.signal))
  call.signal.addEventListener('abort', abort, { once: true })
  try {
    const group = new Group(session, !context.settings.transactionPooler).statementTimeout(call.timeoutMs)
    const before = group.size
    reads.forEach(({ statement: { text, values }, rowsMax }, index) => {
      const sink = sinks[index]
      // One more than the cap, so that a full result is known from a cut one.
      if (sink !== undefined) group.statement(text, bindTexts(values), sink, rowsMax === undefined ? 0 : rowsMax + 1)
    })
    const { failure, at } = await group.send()
    return { failure, at: at - before }
  } catch (error) {
    // Nothing was sent, as with values too large for any buffer; what the session holds is not known for sure.
    session.destroy()
    throw error
  } finally {
    call.signal.removeEventListener('abort', abort)
  }
}

function answered({ shortReads }: Context, text: string, sink: BufferedRows): GroupedOutcome {
  const result = sink.result()
  if (result.kind === 'rows' && shortReads.isLarge(result.rows.length, sink.bytes)) shortReads.wasLarge(text)
  return { kind: 'answered', result }
}

function failed({ shortReads }: Context, text: string, failure: Error): GroupedOutcome {
  const tookTooLong = failure instanceof DatabaseError && failure.code === QUERY_CANCELED
  if (tookTooLong) shortReads.timedOut(text)
  if (tookTooLong || statementIsStale(failure) || connectionWasLost(failure)) return AGAIN
  return { kind: 'failed', error: toAppError(failure) }
}
