import type { DatabaseOptions } from '@penstock/app-config'
import { tlsOptions } from '@penstock/migrations'
import pg from 'pg'

/** A statement of a housekeeping job that takes longer than this is stuck; the job fails and is tried again. */
const STATEMENT_MS_MAX = 60_000

/** The pool that jobs work with. A connection that breaks while idle is told to `onError` and replaced at its next use. */
export function openDatabase(
  options: DatabaseOptions,
  connectionsMax: number,
  onError: (error: Error) => void,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    ssl: tlsOptions(options),
    max: connectionsMax,
    connectionTimeoutMillis: 5000,
    statement_timeout: STATEMENT_MS_MAX,
    application_name: 'penstock-worker',
  })
  pool.on('error', onError)
  return pool
}
