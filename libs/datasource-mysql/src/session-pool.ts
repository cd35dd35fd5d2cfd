import { abortFailure, SessionPool, type ConnectionSettings } from '@penstock/datasource'
import { connectMysql } from './connect.js'
import { Session } from './session.js'

/** The sessions of one MySQL data source. Opens nothing yet. */
export function sessionPool(settings: ConnectionSettings): SessionPool<Session> {
  return new SessionPool(settings, async (signal, closed) => {
    const session = new Session(await connectMysql(settings, signal), settings, closed)
    const abort = (): void => session.abandon(abortFailure(signal))
    signal.addEventListener('abort', abort, { once: true })
    try {
      await session.pin()
      return session
    } catch (error) {
      session.abandon(undefined)
      throw error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  })
}
