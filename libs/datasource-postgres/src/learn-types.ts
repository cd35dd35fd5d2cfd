import { abortFailure } from '@penstock/datasource'
import type { Context } from './context.js'
import { Group } from './group.js'
import { BufferedRows } from './rows-sink.js'
import type { Session } from './session.js'
import { LOOK_UP, type TypeRow } from './type-catalog.js'
import { toAppError } from './map-error.js'

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
    await context.types.learn(oids, (asked) => lookUp(context, session, asked))
  } finally {
    signal.removeEventListener('abort', abort)
    if (given === undefined) context.pool.release(session)
  }
}

async function lookUp(context: Context, session: Session, oids: readonly number[]): Promise<readonly TypeRow[]> {
  const sink = new BufferedRows({ rowsLeft: Infinity, bytesLeft: Infinity }, context.types, undefined)
  const { failure } = await new Group(session, false).statement(LOOK_UP, [`{${oids.join(',')}}`], sink, 0).send()
  if (failure !== undefined) throw toAppError(failure)
  const result = sink.result()
  return result.kind === 'rows' ? result.rows : []
}
