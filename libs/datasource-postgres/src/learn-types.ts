import { abortFailure } from '@penstock/datasource'
import type { Context } from './context.js'
import { toAppError } from './map-error.js'
import { ownRows } from './own-rows.js'
import type { BufferedRows } from './rows-sink.js'
import type { Session } from './session.js'
import { LOOK_UP } from './type-catalog.js'

/** Asks the server about types that were met for the first time; on the given idle session, or on one of its own. */
export async function learnTypes(
  context: Context,
  given: Session | undefined,
  oids: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const session = given ?? (await context.pool.acquire(signal))
  const abort = (): void => session.abandon(abortFailure(signal))
  signal.addEventListener('abort', abort, { once: true })
  try {
    await context.types.learn(oids, (asked) => ownRows(context.types, session, LOOK_UP, [`{${asked.join(',')}}`]))
  } catch (error) {
    throw toAppError(error)
  } finally {
    signal.removeEventListener('abort', abort)
    if (given === undefined) context.pool.release(session)
  }
}

/** Completes results that hold types met for the first time, and what the session remembers of their columns. */
export async function learnColumns(
  context: Context,
  session: Session,
  sinks: readonly BufferedRows[],
  signal: AbortSignal,
): Promise<void> {
  const unknown = sinks.flatMap(({ columns }) => columns?.unknown ?? [])
  if (unknown.length === 0) return
  await learnTypes(context, session.usable ? session : undefined, unknown, signal)
  for (const sink of sinks) sink.learnt(context.types)
  session.prepared.learnt(context.types)
}
