import { AppError, type ErrorCode, type PublicPart } from '@penstock/errors'
import { z } from 'zod'

const RETRY_SOON: PublicPart = { headers: { 'Retry-After': '1' } }
/** What the caller reads when a read tried to write. */
export const WRITES: PublicPart = { message: 'The API may only read, but its statement tried to write' }

/** The server's error numbers: https://mariadb.com/kb/en/mariadb-error-code-reference/ */
const BY_NUMBER: Readonly<Record<number, ErrorCode>> = {
  1040: 'DATASOURCE_BUSY', // too many connections
  1203: 'DATASOURCE_BUSY', // too many connections of this user
  1205: 'DATASOURCE_BUSY', // lock wait timeout
  1213: 'DATASOURCE_BUSY', // deadlock
  1226: 'DATASOURCE_BUSY', // a resource limit of this user
  3572: 'DATASOURCE_BUSY', // NOWAIT
  1044: 'DATASOURCE_REFUSED', // no right to this database
  1045: 'DATASOURCE_REFUSED', // wrong user or password
  1049: 'DATASOURCE_REFUSED', // the database does not exist
  1053: 'DATASOURCE_REFUSED', // shutdown
  1129: 'DATASOURCE_REFUSED', // host is blocked
  1130: 'DATASOURCE_REFUSED', // host is not allowed
  1698: 'DATASOURCE_REFUSED', // access denied without a password
  1927: 'DATASOURCE_REFUSED', // somebody killed the connection
  1317: 'DATASOURCE_TIMEOUT', // interrupted: our own kill never gets here, so it was an operator's
  1969: 'DATASOURCE_TIMEOUT', // max_statement_time
  3024: 'DATASOURCE_TIMEOUT', // max_execution_time
  1265: 'STATEMENT_REJECTED', // a value does not fit the column's type
  1364: 'STATEMENT_REJECTED', // a column without default has no value
  1366: 'STATEMENT_REJECTED', // a value is not of the column's type
  1369: 'STATEMENT_REJECTED', // a view's check option refuses the row
  3819: 'STATEMENT_REJECTED', // check constraint
  4025: 'STATEMENT_REJECTED', // check constraint, MariaDB
}
/** Classes of SQLSTATE; 45 is what SIGNAL raises, the database's own rules. */
const BY_CLASS: Readonly<Record<string, ErrorCode>> = {
  '08': 'DATASOURCE_REFUSED',
  '22': 'STATEMENT_REJECTED',
  '23': 'STATEMENT_REJECTED',
  '28': 'DATASOURCE_REFUSED',
  '40': 'DATASOURCE_BUSY',
  '45': 'STATEMENT_REJECTED',
}
const READ_ONLY_TRANSACTION = 1792

const serverError = z.object({ errno: z.number(), sqlState: z.string(), message: z.string() })

/** What the server said; undefined when the socket or mysql2 failed. */
export function serverFault(error: unknown): z.output<typeof serverError> | undefined {
  return serverError.safeParse(error).data
}

/** The AppError for whatever the server or the socket said. The server's words are its detail, for logs and debug alone. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const fault = serverFault(error)
  if (fault === undefined) return new AppError('DATASOURCE_REFUSED', reasonOf(error), {}, { cause: error })
  const code = BY_NUMBER[fault.errno] ?? BY_CLASS[fault.sqlState.slice(0, 2)] ?? 'STATEMENT_FAILED'
  const open = fault.errno === READ_ONLY_TRANSACTION ? WRITES : code === 'DATASOURCE_BUSY' ? RETRY_SOON : {}
  return new AppError(code, `${fault.errno} ${fault.sqlState} ${fault.message}`, open, { cause: error })
}

/** True when the connection is gone rather than the statement wrong. */
export function connectionWasLost(error: unknown): boolean {
  return !(error instanceof AppError) && serverFault(error) === undefined
}

function reasonOf(error: unknown): string {
  // Node reports a host with several addresses as an AggregateError without a message of its own.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
