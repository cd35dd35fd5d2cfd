import type { ConnectionSettings } from '@penstock/datasource'

/** The server's own limit of a statement until a call says another. */
export const STATEMENT_TIMEOUT_MS = 30_000

// How often a running statement looks whether its caller's connection still stands; bounds how long a lost one goes on.
const CONNECTION_CHECK_MS = 1000

/** What every session must say, whatever the role or the database is set to: the text of cells depends on it. */
const PINS = {
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'iso_8601',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
} as const

/** How a session begins: `-c` options of the start-up packet, so that RESET ALL comes back to them. */
export function startupOptions(settings: ConnectionSettings, connectionCheck: boolean): string {
  const options: Record<string, string> = {
    ...PINS,
    default_transaction_read_only: 'on',
    statement_timeout: String(STATEMENT_TIMEOUT_MS),
    ...(connectionCheck && { client_connection_check_interval: String(CONNECTION_CHECK_MS) }),
    ...(settings.searchPath.length > 0 && { search_path: searchPath(settings.searchPath) }),
  }
  return Object.entries(options)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`)
    .join(' ')
}

/**
 * Sets the statement timeout for the transaction. Being a query, it also takes the transaction's snapshot, after which PostgreSQL refuses
 * SET TRANSACTION READ WRITE: without it the first statement of a read could lift the read-only mode.
 */
export const SET_LOCAL_TIMEOUT = `select set_config('statement_timeout', $1, true)`

/** The same behind a transaction pooler, where no session belongs to us: everything is said again in each transaction. */
export function setLocalEverything(settings: ConnectionSettings): {
  readonly text: string
  readonly values: readonly string[]
} {
  const pins: Record<string, string> = {
    ...PINS,
    ...(settings.searchPath.length > 0 && { search_path: searchPath(settings.searchPath) }),
  }
  const calls = Object.keys(pins).map((name, index) => `set_config('${name}', $${index + 2}, true)`)
  return { text: [SET_LOCAL_TIMEOUT, ...calls].join(', '), values: Object.values(pins) }
}

/** Leaves a session as it was opened, but keeps its prepared statements: DISCARD ALL would drop them. */
export const RESET_TEXTS = [
  'reset session authorization',
  'reset role',
  'reset all',
  'select pg_catalog.pg_advisory_unlock_all()',
  'unlisten *',
  'close all',
  'discard temp',
  'discard sequences',
] as const

function searchPath(schemas: readonly string[]): string {
  // pg_temp is named last, so that a temporary table can never stand in front of a real one.
  return [...schemas.map((schema) => `"${schema.replaceAll('"', '""')}"`), 'pg_temp'].join(', ')
}
