import { AppError, type ErrorCode, type PublicPart } from '@penstock/errors'
import { DatabaseError } from 'pg'

const RETRY_SOON: PublicPart = { headers: { 'Retry-After': '1' } }
const WRITES: PublicPart = { message: 'The API may only read, but its statement tried to write' }

/** Single SQLSTATEs that mean something else than their class. */
const BY_STATE: Readonly<Record<string, ErrorCode>> = {
  '57014': 'DATASOURCE_TIMEOUT', // query_canceled: our own cancel never gets here, so it is statement_timeout or an operator
  '25P03': 'DATASOURCE_TIMEOUT', // idle_in_transaction_session_timeout
  '55P03': 'DATASOURCE_BUSY', // lock_not_available
  '3D000': 'DATASOURCE_REFUSED', // the database does not exist
  '57P01': 'DATASOURCE_REFUSED', // admin_shutdown
  '57P02': 'DATASOURCE_REFUSED', // crash_shutdown
  '57P03': 'DATASOURCE_REFUSED', // cannot_connect_now
  '57P05': 'DATASOURCE_REFUSED', // idle_session_timeout
  '44000': 'STATEMENT_REJECTED', // a view's check option refuses the row
  P0001: 'STATEMENT_REJECTED', // raise exception: the database's own rules refuse the values
}

/** Classes of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const BY_CLASS: Readonly<Record<string, ErrorCode>> = {
  '08': 'DATASOURCE_REFUSED', // connection exception
  '22': 'STATEMENT_REJECTED', // data exception
  '23': 'STATEMENT_REJECTED', // integrity constraint violation
  '28': 'DATASOURCE_REFUSED', // invalid authorization
  '40': 'DATASOURCE_BUSY', // serialization failure, deadlock: the same call may succeed later
  '53': 'DATASOURCE_BUSY', // insufficient resources, too many connections
  '58': 'DATASOURCE_REFUSED', // the server's own system fails
}

/** The AppError for whatever the server or the socket said. The server's words are its detail, for logs and debug alone. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (!(error instanceof DatabaseError))
    return new AppError('DATASOURCE_REFUSED', reasonOf(error), {}, { cause: error })
  const state = error.code ?? ''
  const code = BY_STATE[state] ?? BY_CLASS[state.slice(0, 2)] ?? 'STATEMENT_FAILED'
  const open = state === '25006' ? WRITES : code === 'DATASOURCE_BUSY' ? RETRY_SOON : {}
  return new AppError(code, serverWords(error), open, { cause: error })
}

/** True when the connection is gone rather than the statement wrong. */
export function connectionWasLost(error: unknown): boolean {
  if (error instanceof AppError) return false
  if (!(error instanceof DatabaseError)) return true
  const state = error.code ?? ''
  return state.startsWith('08') || state.startsWith('57P')
}

/** True when a named statement must be prepared anew: its result columns changed, or somebody deallocated it. */
export function statementIsStale(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false
  return error.code === '26000' || (error.code === '0A000' && error.routine === 'RevalidateCachedQuery')
}

function serverWords(error: DatabaseError): string {
  const parts = [`${error.code ?? 'XX000'} ${error.message}`]
  if (error.detail !== undefined) parts.push(error.detail)
  if (error.hint !== undefined) parts.push(`hint: ${error.hint}`)
  if (error.position !== undefined) parts.push(`at character ${error.position}`)
  return parts.join('; ')
}

function reasonOf(error: unknown): string {
  // Node reports a host with several addresses as an AggregateError without a message of its own.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
