import { AppError, type ErrorCode, type PublicPart } from '@penstock/errors'
import type { Fault } from './protocol/messages.js'

const RETRY_SOON: PublicPart = { headers: { 'Retry-After': '1' } }
const READS_ONLY: PublicPart = { message: 'This data source only reads: its statement must be a SELECT' }

/** DuckDB's kinds of faults that the values of a call bring about; all others are the statement's. */
const OF_VALUES = new Set(['Conversion', 'Out of Range', 'Invalid Input', 'Divide by Zero', 'Mismatch Type'])
/** Such a fault about a file is nothing that the caller could have done otherwise. */
const OF_FILES = /^(?:CSV Error|Malformed JSON|Failed to read file|.*\bin file\b)/

/** What the process said of a statement. DuckDB's words are its detail, for logs and debug alone. */
export class StatementFault extends AppError {
  constructor(
    readonly fault: Fault,
    code: ErrorCode,
    open: PublicPart = {},
  ) {
    super(code, `${fault.type}: ${fault.message}`, open)
  }
}

/** The AppError for what the process said of a statement. */
export function faultError(fault: Fault): StatementFault {
  const { type, message } = fault
  switch (type) {
    case 'not a read':
      return new StatementFault(fault, 'STATEMENT_FAILED', READS_ONLY)
    case 'timeout':
      return new StatementFault(fault, 'DATASOURCE_TIMEOUT')
    case 'Out of Memory':
      return new StatementFault(fault, 'DATASOURCE_BUSY', RETRY_SOON)
  }
  const code: ErrorCode = OF_VALUES.has(type) && !OF_FILES.test(message) ? 'STATEMENT_REJECTED' : 'STATEMENT_FAILED'
  return new StatementFault(fault, code)
}

/** For calls whose process was ended because of another call, or because all of them together took too much. */
export function endedError(why: string): AppError {
  return new AppError('DATASOURCE_BUSY', `the DuckDB process was ended: ${why}`, RETRY_SOON)
}

/** For calls whose process ended by itself. */
export function lostError(why: string): AppError {
  return new AppError('DATASOURCE_REFUSED', `the DuckDB process ended: ${why}`)
}
