import { AppError } from '@penstock/errors'
import { CONSTRAINT_FAULTS } from './constraint-faults.js'

const UNIQUE = '23505'
const FOREIGN_KEY = '23503'
const RESTRICT = '23001'
/** Connection faults (class 08), the server starting or stopping, too many connections. */
const AWAY = /^(08...|57P0[123]|53300|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH)$/
const AWAY_MESSAGE =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/

// A database that was restarted is back within seconds; admin connects again by itself.
const RETRY_SOON = { 'Retry-After': '5' }

/** What the database refused, in the catalogue's words. An AppError stays as it is; what is not known is INTERNAL with its cause. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const fault = serverFault(error)
  if (AWAY.test(fault.code) || AWAY_MESSAGE.test(fault.message)) {
    return new AppError(
      'SERVICE_UNAVAILABLE',
      fault.message,
      { message: 'Service Unavailable', headers: RETRY_SOON },
      { cause: error },
    )
  }
  return constraintFault(fault, error) ?? new AppError('INTERNAL', fault.message, {}, { cause: error })
}

/** Duplicates are 409 with the name that is taken; a reference to what is not there is 422; removing what is used is 409. */
function constraintFault(fault: ServerFault, error: unknown): AppError | undefined {
  const known = CONSTRAINT_FAULTS[fault.constraint]
  if (known === undefined) return undefined
  if (fault.code === UNIQUE && known.kind === 'unique') {
    const message = `${known.thing} "${takenValue(fault.detail)}" exists already`
    return new AppError(
      'CONFLICT',
      fault.message,
      { message, errors: [{ field: known.field, message }] },
      { cause: error },
    )
  }
  if ((fault.code === FOREIGN_KEY || fault.code === RESTRICT) && known.kind === 'reference') {
    // The same constraint speaks when the parent is removed and when the child names a parent that is not there.
    if (/is still referenced/.test(fault.detail) || fault.code === RESTRICT) {
      return new AppError('IN_USE', fault.message, {}, { cause: error })
    }
    const message = `there is no such ${known.thing}`
    return new AppError(
      'INPUT_INVALID',
      fault.message,
      { message: `${known.field}: ${message}`, errors: [{ field: known.field, message }] },
      { cause: error },
    )
  }
  return undefined
}

interface ServerFault {
  readonly code: string
  readonly message: string
  readonly constraint: string
  readonly detail: string
}

/** TypeORM keeps what `pg` threw in driverError. */
function serverFault(error: unknown): ServerFault {
  const inner = memberOf(error, 'driverError') ?? error
  return {
    code: textOf(memberOf(inner, 'code')),
    message: error instanceof Error ? error.message : String(error),
    constraint: textOf(memberOf(inner, 'constraint')),
    detail: textOf(memberOf(inner, 'detail')),
  }
}

/** From `Key (lower(name))=(crm) already exists.`; a route's key is two values. */
function takenValue(detail: string): string {
  return /\)=\((.*)\) already exists/s.exec(detail)?.[1]?.replace(', ', ' ') ?? ''
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
