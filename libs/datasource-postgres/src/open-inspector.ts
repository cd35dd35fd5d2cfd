import { abortFailure, type ConnectionSettings, type Inspector } from '@penstock/datasource'
import { connectPostgres } from './connect.js'
import type { Context } from './context.js'
import { describeTexts } from './describe-texts.js'
import { listTables } from './list-tables.js'
import { toAppError } from './map-error.js'
import { ownRows } from './own-rows.js'
import { Session } from './session.js'
import { sessionPool } from './session-pool.js'
import { ShortReads } from './short-reads.js'
import { TypeCatalog } from './type-catalog.js'

/** An Inspector for one PostgreSQL database. It prepares texts and reads catalogs; it never runs what it is given. */
export function openPostgresInspector(settings: ConnectionSettings): Inspector {
  const context: Context = {
    settings,
    pool: sessionPool(settings),
    types: new TypeCatalog(),
    capped: new Set(),
    shortReads: new ShortReads(),
  }
  return {
    probe: (signal) => probe(context, signal),
    prepare: (texts, signal) =>
      withSession(context, signal, (session) => describeTexts(context, session, texts, signal)),
    tables: ({ tablesMax, signal }) =>
      withSession(context, signal, (session) => listTables(context, session, tablesMax)),
    close: () => context.pool.close(),
  }
}

/** On a connection of its own: a connection that is open already would say nothing about password, TLS and address as they are now. */
async function probe(context: Context, signal: AbortSignal): Promise<{ serverVersion: string; latencyMs: number }> {
  const startedMs = performance.now()
  try {
    const client = await connectPostgres(context.settings, { connectionCheck: true }, signal)
    const session = new Session(client, context.settings, () => undefined)
    return await interruptible(session, signal, async () => {
      const [row] = await ownRows(context.types, session, 'show server_version', [])
      session.close()
      return { serverVersion: row?.[0] ?? 'unknown', latencyMs: performance.now() - startedMs }
    })
  } catch (error) {
    throw toAppError(error)
  }
}

async function withSession<T>(
  context: Context,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  try {
    const session = await context.pool.acquire(signal)
    try {
      return await interruptible(session, signal, () => work(session))
    } finally {
      context.pool.release(session)
    }
  } catch (error) {
    throw toAppError(error)
  }
}

async function interruptible<T>(session: Session, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const abort = (): void => session.abandon(abortFailure(signal))
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await work()
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
