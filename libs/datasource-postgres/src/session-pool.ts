import { SessionPool, type ConnectionSettings } from '@penstock/datasource'
import { connectPostgres, type ServerTraits } from './connect.js'
import { Session } from './session.js'

/** The sessions of one PostgreSQL data source. Opens nothing yet. */
export function sessionPool(settings: ConnectionSettings): SessionPool<Session> {
  const traits: ServerTraits = { connectionCheck: true }
  return new SessionPool(settings, async (signal, closed) => {
    const client = await connectPostgres(settings, traits, signal)
    return new Session(client, settings, closed)
  })
}
