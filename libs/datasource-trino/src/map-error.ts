import { AppError, type ErrorCode, type PublicPart } from '@penstock/errors'
import { z } from 'zod'

const RETRY_SOON: PublicPart = { headers: { 'Retry-After': '1' } }
/** What the caller reads when a read tried to write. */
export const WRITES: PublicPart = { message: 'The API may only read, but its statement tried to write' }

/** What the server says of a statement that failed: https://trino.io/docs/current/develop/client-protocol.html */
export const queryError = z.object({
  message: z.string(),
  errorName: z.string().catch('GENERIC_INTERNAL_ERROR'),
  errorType: z.string().catch('INTERNAL_ERROR'),
  errorLocation: z.object({ lineNumber: z.number().int(), columnNumber: z.number().int() }).nullish(),
})
export type QueryErrorBody = z.output<typeof queryError>

/** A statement that the server refused or that failed on it. */
export class QueryError extends Error {
  constructor(readonly body: QueryErrorBody) {
    super(body.message)
  }
}

/** The server's error names: https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java */
const BY_NAME: Readonly<Record<string, ErrorCode>> = {
  DIVISION_BY_ZERO: 'STATEMENT_REJECTED',
  INVALID_CAST_ARGUMENT: 'STATEMENT_REJECTED',
  INVALID_FUNCTION_ARGUMENT: 'STATEMENT_REJECTED',
  INVALID_PARAMETER_USAGE: 'STATEMENT_REJECTED',
  INVALID_LITERAL: 'STATEMENT_REJECTED',
  NUMERIC_VALUE_OUT_OF_RANGE: 'STATEMENT_REJECTED',
  CONSTRAINT_VIOLATION: 'STATEMENT_REJECTED',
  SUBQUERY_MULTIPLE_ROWS: 'STATEMENT_REJECTED',
  EXCEEDED_TIME_LIMIT: 'DATASOURCE_TIMEOUT',
  EXCEEDED_CPU_LIMIT: 'DATASOURCE_TIMEOUT',
  USER_CANCELED: 'DATASOURCE_TIMEOUT', // our own cancels are not answered, so it was an operator's
  ADMINISTRATIVELY_KILLED: 'DATASOURCE_TIMEOUT',
  ABANDONED_QUERY: 'DATASOURCE_TIMEOUT',
  QUERY_REJECTED: 'DATASOURCE_BUSY',
  CATALOG_UNAVAILABLE: 'DATASOURCE_REFUSED',
  TRANSACTION_CONFLICT: 'DATASOURCE_BUSY',
}
const BY_TYPE: Readonly<Record<string, ErrorCode>> = {
  USER_ERROR: 'STATEMENT_FAILED',
  INSUFFICIENT_RESOURCES: 'DATASOURCE_BUSY',
  INTERNAL_ERROR: 'DATASOURCE_REFUSED',
  // What a connector reports of the system behind it, and it does not say whose fault it was.
  EXTERNAL: 'STATEMENT_FAILED',
}

/** The AppError for whatever the server or the socket said. The server's words are its detail, for logs and debug alone. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (!(error instanceof QueryError)) return new AppError('DATASOURCE_REFUSED', reasonOf(error), {}, { cause: error })
  const { errorName, errorType, message } = error.body
  const code = BY_NAME[errorName] ?? BY_TYPE[errorType] ?? 'STATEMENT_FAILED'
  const open = errorName === 'READ_ONLY_VIOLATION' ? WRITES : code === 'DATASOURCE_BUSY' ? RETRY_SOON : {}
  return new AppError(code, `${errorName} ${message}`, open, { cause: error })
}

function reasonOf(error: unknown): string {
  // Node reports a host with several addresses as an AggregateError without a message of its own.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
