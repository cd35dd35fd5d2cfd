import { DatabaseError } from 'pg'
import { TrinoSyntaxError } from './trino-tokens.js'

/** The `error` of an answer. */
export interface TrinoFailure {
  readonly message: string
  readonly errorCode: number
  readonly errorName: string
  readonly errorType: 'USER_ERROR' | 'INTERNAL_ERROR' | 'INSUFFICIENT_RESOURCES' | 'EXTERNAL'
  readonly errorLocation?: { readonly lineNumber: number; readonly columnNumber: number }
}

/** A failure that is in Trino's words already. */
export class TrinoFault extends Error {
  constructor(readonly failure: TrinoFailure) {
    super(failure.message)
  }
}

type Known = readonly [name: string, type: TrinoFailure['errorType'], code: number]

/** Codes and names are Trino's (StandardErrorCode); what PostgreSQL says by SQLSTATE. */
const BY_STATE: Readonly<Record<string, Known>> = {
  '22012': ['DIVISION_BY_ZERO', 'USER_ERROR', 8],
  '22P02': ['INVALID_CAST_ARGUMENT', 'USER_ERROR', 9],
  '22003': ['NUMERIC_VALUE_OUT_OF_RANGE', 'USER_ERROR', 19],
  '23502': ['CONSTRAINT_VIOLATION', 'USER_ERROR', 41],
  '25006': ['READ_ONLY_VIOLATION', 'USER_ERROR', 17],
  '25P02': ['TRANSACTION_ALREADY_ABORTED', 'USER_ERROR', 15],
  '3D000': ['CATALOG_NOT_FOUND', 'USER_ERROR', 44],
  '3F000': ['SCHEMA_NOT_FOUND', 'USER_ERROR', 45],
  '42601': ['SYNTAX_ERROR', 'USER_ERROR', 1],
  '42703': ['COLUMN_NOT_FOUND', 'USER_ERROR', 47],
  '42804': ['TYPE_MISMATCH', 'USER_ERROR', 58],
  '42883': ['TYPE_MISMATCH', 'USER_ERROR', 58],
  '42P01': ['TABLE_NOT_FOUND', 'USER_ERROR', 46],
  '42P07': ['TABLE_ALREADY_EXISTS', 'USER_ERROR', 54],
  '0A000': ['NOT_SUPPORTED', 'USER_ERROR', 13],
  '57014': ['USER_CANCELED', 'USER_ERROR', 65536],
}
export const TIME_LIMIT: TrinoFailure = {
  message: 'Query exceeded the maximum run time limit',
  errorCode: 131_079,
  errorName: 'EXCEEDED_TIME_LIMIT',
  errorType: 'INSUFFICIENT_RESOURCES',
}

/** What the server says of what went wrong; `sent` is the text that PostgreSQL got, `text` the one that the client knows. */
export function trinoFailure(error: unknown, text: string, sent: string): TrinoFailure {
  if (error instanceof TrinoFault) return error.failure
  if (error instanceof TrinoSyntaxError) {
    return { message: error.message, errorCode: 1, errorName: 'SYNTAX_ERROR', errorType: 'USER_ERROR' }
  }
  const state = error instanceof DatabaseError ? (error.code ?? '') : ''
  const message = error instanceof Error ? error.message : String(error)
  if (/cross-database references/.test(message)) {
    return { message: 'Catalog not found', errorCode: 44, errorName: 'CATALOG_NOT_FOUND', errorType: 'USER_ERROR' }
  }
  const fallback: Known =
    error instanceof DatabaseError
      ? ['JDBC_ERROR', 'EXTERNAL', 67_108_864]
      : ['GENERIC_INTERNAL_ERROR', 'INTERNAL_ERROR', 65_536]
  const [errorName, errorType, errorCode] = BY_STATE[state] ?? fallback
  const location = error instanceof DatabaseError ? locationOf(error.position, text, sent) : undefined
  const said = location === undefined ? message : `line ${location.lineNumber}:${location.columnNumber}: ${message}`
  return { message: said, errorCode, errorName, errorType, ...(location && { errorLocation: location }) }
}

/** The word at a position of the sent text is looked for in the client's own. */
function locationOf(position: string | undefined, text: string, sent: string): TrinoFailure['errorLocation'] {
  if (position === undefined) return undefined
  const word = /^\S+/.exec(sent.slice(Number(position) - 1))?.[0]
  const at = word === undefined ? -1 : text.indexOf(word)
  if (at === -1) return undefined
  const lines = text.slice(0, at).split('\n')
  return { lineNumber: lines.length, columnNumber: (lines.at(-1) ?? '').length + 1 }
}
