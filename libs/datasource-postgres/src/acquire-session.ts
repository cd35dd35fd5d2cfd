import { abortFailure } from '@penstock/datasource'
import type { Context } from './context.js'
import { toAppError } from './map-error.js'
import type { Session } from './session.js'

/** A session of the pool; rejects with an AppError. A signal that aborts in the last moment does not keep the session. */
export async function acquireSession(context: Context, signal: AbortSignal): Promise<Session> {
  const session = await acquire(context, signal)
  if (!signal.aborted) return session
  context.pool.release(session)
  throw abortFailure(signal)
}

async function acquire(context: Context, signal: AbortSignal): Promise<Session> {
  try {
    return await context.pool.acquire(signal)
  } catch (error) {
    throw toAppError(error)
  }
}
