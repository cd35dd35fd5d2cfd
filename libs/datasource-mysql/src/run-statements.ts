import { abortFailure, type RunOptions, type Statement, type StatementResult } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { checkTexts } from './check-texts.js'
import { connectionWasLost, toAppError } from './map-error.js'
import type { Context } from './context.js'
import { BufferedRows, type Budget } from './rows.js'
import type { Session } from './session.js'

// The server keeps the timeout itself where it can; this is for what it does not cover, and for one that does not answer.
const OUTER_GRACE_MS = 500

/** How statements are wrapped: `none` relies on the session, which is read-only by default. */
type Wrapping = 'none' | 'read' | 'write'

/** Runs the statements as `Driver.query` promises. */
export async function runStatements(
  context: Context,
  statements: readonly Statement[],
  options: RunOptions,
): Promise<readonly StatementResult[]> {
  checkTexts(statements, options)
  for (let mayRetry = true; ; mayRetry = false) {
    if (options.signal.aborted) throw abortFailure(options.signal)
    const idle = context.pool.takeIdle()
    const session = idle ?? (await acquireSession(context, options.signal))
    try {
      return await runOn(context, session, statements, options)
    } catch (error) {
      // A connection that was idle and is found dead has not run anything; and a read may run twice in any case.
      const retry =
        mayRetry && idle !== undefined && connectionWasLost(error) && wrappingOf(statements, options) !== 'write'
      if (!retry) throw toAppError(error)
    }
  }
}

/** A session of the pool; rejects with an AppError. A signal that aborts in the last moment does not keep the session. */
export async function acquireSession({ pool }: Context, signal: AbortSignal): Promise<Session> {
  try {
    const session = await pool.acquire(signal)
    if (!signal.aborted) return session
    pool.release(session)
  } catch (error) {
    throw toAppError(error)
  }
  throw abortFailure(signal)
}

/** Stops the session when the call is aborted or its time is over; the answer ends the watch. */
export function watch(session: Session, { signal, timeoutMs }: Pick<RunOptions, 'signal' | 'timeoutMs'>): () => void {
  const abort = (): void => session.abandon(abortFailure(signal))
  const late = (): void => session.abandon(new AppError('DATASOURCE_TIMEOUT', `no end within ${timeoutMs} ms`))
  const timer = setTimeout(late, Math.min(timeoutMs + OUTER_GRACE_MS, 2 ** 31 - 1))
  signal.addEventListener('abort', abort, { once: true })
  return () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

/** Gives a session back, as new when something may have been left behind in it. */
export async function giveBack({ pool }: Context, session: Session, isClean: boolean): Promise<void> {
  if (session.usable && !isClean) {
    const timer = setTimeout(() => session.abandon(undefined), session.settings.connectTimeoutMs)
    try {
      await session.reset()
    } catch {
      session.abandon(undefined)
      session.link.socket.destroy()
    } finally {
      clearTimeout(timer)
    }
  }
  pool.release(session)
}

function wrappingOf(statements: readonly Statement[], { mode }: RunOptions): Wrapping {
  if (statements.length === 1 && statements[0]?.clean === true) return 'none'
  return mode
}

async function runOn(
  context: Context,
  session: Session,
  statements: readonly Statement[],
  options: RunOptions,
): Promise<readonly StatementResult[]> {
  const wrapping = wrappingOf(statements, options)
  const budget: Budget = { rowsLeft: options.rowsMax ?? Infinity, bytesLeft: options.bytesMax ?? Infinity }
  // What a lone read has left to say may be cut off; of several statements the rest is still to be done, so rows are dropped instead.
  const cut = statements.length === 1 && wrapping !== 'write' ? (): void => session.abandon(undefined) : undefined
  const sinks: BufferedRows[] = []
  const unwatch = watch(session, options)
  let isClean = false
  try {
    await session.limitStatements(options.timeoutMs)
    await begin(session, wrapping)
    for (const { text, values } of statements) {
      const sink = new BufferedRows(budget, context.options, cut)
      sinks.push(sink)
      await session.execute(text, values, sink)
    }
    if (session.usable) await finish(session, wrapping, options.discard === true)
    isClean = statements.every(({ clean }) => clean)
    return sinks.map((sink) => sink.result())
  } finally {
    unwatch()
    void giveBack(context, session, isClean && wrapping !== 'write')
  }
}

/** Adds what comes before the statements. A statement that commits by itself is followed by the next transaction, which may write too. */
export async function begin(session: Session, wrapping: Wrapping): Promise<void> {
  if (wrapping === 'read') await session.control('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY')
  if (wrapping !== 'write') return
  await session.control('SET SESSION TRANSACTION READ WRITE')
  await session.control('SET autocommit = 0')
}

/** Ends the transaction. */
export async function finish(session: Session, wrapping: Wrapping, discard: boolean): Promise<void> {
  if (wrapping !== 'none') await session.control(wrapping === 'write' && !discard ? 'COMMIT' : 'ROLLBACK')
}
