import { abortFailure, type ConnectionSettings } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { connect as connectSocket, isIP, type Socket } from 'node:net'
// Not an inline type: that would load the driver, which is only wanted where there is such a data source.
import type { Connection, SslOptions } from 'mysql2'

/** A connection and the socket under it, which can be destroyed at any time. */
export interface Link {
  readonly connection: Connection
  readonly socket: Socket
}

// Prepared statements that a session keeps; servers allow 16,382 over all sessions together.
const PREPARED_MAX = 200

/** Opens one connection. Rejects with the server's or the socket's error, or with the signal's failure; nothing stays open then. */
export async function connectMysql(settings: ConnectionSettings, signal: AbortSignal): Promise<Link> {
  if (settings.ssl.mode === 'verify-full' && isIP(settings.host) !== 0) {
    // mysql2 compares a certificate with `localhost` where it has no name, so one of another machine could pass.
    throw new AppError('DATASOURCE_REFUSED', 'verify-full needs a host name: an address cannot be compared')
  }
  const { createConnection } = await import('mysql2')
  if (signal.aborted) throw abortFailure(signal)
  const socket = connectSocket({ host: settings.host, port: settings.port, keepAlive: true, noDelay: true })
  const ssl = sslOptions(settings.ssl)
  const connection = createConnection({
    stream: socket,
    // For the certificate's host name.
    host: settings.host,
    user: settings.username,
    password: settings.password ?? '',
    database: settings.database,
    charset: 'utf8mb4',
    connectTimeout: settings.connectTimeoutMs,
    // A server could ask for any file of this machine.
    flags: ['-LOCAL_FILES'],
    multipleStatements: false,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    rowsAsArray: true,
    maxPreparedStatements: PREPARED_MAX,
    ...(ssl && { ssl }),
  })
  connection.on('error', () => undefined) // an error after a failed connect has nobody else to go to
  const abort = (): void => void socket.destroy(abortFailure(signal))
  const timer = setTimeout(
    () => socket.destroy(new Error(`no connection within ${settings.connectTimeoutMs} ms`)),
    settings.connectTimeoutMs,
  )
  signal.addEventListener('abort', abort, { once: true })
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error === null ? resolve() : reject(error)))
    })
    return { connection, socket }
  } catch (error) {
    socket.destroy()
    throw signal.aborted ? abortFailure(signal) : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

/** `require` encrypts and trusts whoever answers, `verify-ca` checks the certificate's chain, `verify-full` the host name too. */
function sslOptions({ mode, ca }: ConnectionSettings['ssl']): SslOptions | undefined {
  if (mode === 'disable') return undefined
  if (mode === 'require') return { rejectUnauthorized: false }
  return { rejectUnauthorized: true, verifyIdentity: mode === 'verify-full', ...(ca !== undefined && { ca }) }
}
