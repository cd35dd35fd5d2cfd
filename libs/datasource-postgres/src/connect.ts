import { abortFailure, type ConnectionSettings } from '@penstock/datasource'
import { Client, DatabaseError } from 'pg'
import { startupOptions } from './session-settings.js'
import { tlsOptions } from './tls-options.js'

/** Servers that cannot watch their clients' connections; known after the first refusal, until the process ends. */
export interface ServerTraits {
  connectionCheck: boolean
}

/**
 * Opens one connection whose session is pinned as `session-settings` says. Rejects with the server's or the socket's error, or with the
 * signal's failure; nothing stays open then.
 */
export async function connectPostgres(
  settings: ConnectionSettings,
  traits: ServerTraits,
  signal: AbortSignal,
): Promise<Client> {
  try {
    return await attempt(settings, traits.connectionCheck, signal)
  } catch (error) {
    if (!traits.connectionCheck || !refusesConnectionCheck(error)) throw error
    traits.connectionCheck = false
    return await attempt(settings, false, signal)
  }
}

async function attempt(settings: ConnectionSettings, connectionCheck: boolean, signal: AbortSignal): Promise<Client> {
  if (signal.aborted) throw abortFailure(signal)
  const ssl = tlsOptions(settings.ssl)
  const client = new Client({
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.username,
    // pg would look for PGPASSWORD and a password file when there is none: a data source has the password it was given.
    password: settings.password ?? '',
    connectionTimeoutMillis: settings.connectTimeoutMs,
    application_name: 'penstock',
    keepAlive: true,
    ssl: ssl ?? false,
    ...(!settings.transactionPooler && { options: startupOptions(settings, connectionCheck) }),
  })
  const ignore = (): void => undefined
  client.on('error', ignore) // a socket error after a failed connect has nobody else to go to
  const abort = (): void => void client.connection.stream.destroy(abortFailure(signal))
  signal.addEventListener('abort', abort, { once: true })
  try {
    await client.connect()
    return client
  } catch (error) {
    client.connection.stream.destroy()
    throw signal.aborted ? abortFailure(signal) : error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** client_connection_check_interval is new in PostgreSQL 14 and needs a Unix that reports a hang-up. */
function refusesConnectionCheck(error: unknown): boolean {
  return error instanceof DatabaseError && error.message.includes('client_connection_check_interval')
}
