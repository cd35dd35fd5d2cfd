import type { BindValue } from '@penstock/datasource'
import { AppError } from '@penstock/errors'

/**
 * Writes a value as one literal of SQL, of its declared type (string, integer, number, boolean, date, datetime, uuid or object, which is
 * JSON); without one, of the type that JavaScript knows it by. The protocol has no binary binds, so this is the only place where a value
 * becomes text of a statement: everything else is read by a strict pattern and written anew, and a text of any content goes through
 * `stringLiteral`. A value that is not of its type is refused with STATEMENT_REJECTED.
 */
export function literalOf(value: BindValue, type: string | undefined): string {
  if (value === null) return 'NULL'
  if (value instanceof Uint8Array) {
    return `X'${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}'`
  }
  if (typeof value === 'object') return `ARRAY[${value.map((item) => literalOf(item, type)).join(', ')}]`
  const write = type === undefined ? undefined : BY_TYPE[type]
  const literal = write === undefined ? ofJavaScript(value) : write(String(value))
  if (literal === undefined)
    throw new AppError('STATEMENT_REJECTED', `a value is not of its declared type ${type ?? ''}`)
  return literal
}

/** A varchar literal of any text. What is not printable ASCII is written by its code point, so nothing depends on an encoding. */
export function stringLiteral(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new AppError('STATEMENT_REJECTED', 'a text holds half of a character')
  const quoted = text.replaceAll(`'`, `''`)
  if (/^[ -~]*$/.test(text)) return `'${quoted}'`
  const escaped = quoted.replaceAll('\\', '\\\\').replace(/[^ -~]/gu, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
    return hex.length > 4 ? `\\+${hex.padStart(6, '0')}` : `\\${hex.padStart(4, '0')}`
  })
  return `U&'${escaped}'`
}

const BY_TYPE: Readonly<Record<string, (text: string) => string | undefined>> = {
  string: stringLiteral,
  integer: integerLiteral,
  number: numberLiteral,
  boolean: (text) => (text === 'true' ? 'TRUE' : text === 'false' ? 'FALSE' : undefined),
  date: (text) => (DATE.test(text) ? `DATE '${text}'` : undefined),
  datetime: datetimeLiteral,
  uuid: (text) => (UUID.test(text) ? `UUID '${text}'` : undefined),
  object: (text) => `JSON ${stringLiteral(text)}`,
}

function ofJavaScript(value: boolean | number | bigint | string): string | undefined {
  if (typeof value === 'string') return stringLiteral(value)
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  return integerLiteral(String(value)) ?? numberLiteral(String(value))
}

const DATE = /^\d{4,6}-\d{2}-\d{2}$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const INTEGER = /^-?\d{1,38}$/
const DECIMAL = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/
const DOUBLE = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i
const DATETIME =
  /^(?<date>\d{4,6}-\d{2}-\d{2})(?:[T ](?<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?) ?(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/i
const BIGINT_MIN = -(2n ** 63n)
const BIGINT_MAX = 2n ** 63n - 1n
/** The most digits that a decimal has. */
const DIGITS_MAX = 38

/** Of integer or bigint as the server finds, which every wider type takes; beyond 64 bits a decimal without a fraction. */
function integerLiteral(text: string): string | undefined {
  if (!INTEGER.test(text)) return undefined
  const number = BigInt(text)
  if (number > BIGINT_MAX || number < BIGINT_MIN) return `DECIMAL '${number}'`
  // The smallest one cannot be written as a minus before a number that fits.
  return number === BIGINT_MIN ? `BIGINT '${number}'` : String(number)
}

/** A decimal keeps the digits as they were sent, beside a double as beside a decimal; a double where a decimal has no room. */
function numberLiteral(text: string): string | undefined {
  if (DECIMAL.test(text) && text.replace(/[-.]/g, '').length <= DIGITS_MAX) return `DECIMAL '${text}'`
  return DOUBLE.test(text) ? `DOUBLE '${text}'` : undefined
}

/** With a zone when the text has one. A time stamp without zone is compared with one as if it were in UTC, the session's zone. */
function datetimeLiteral(text: string): string | undefined {
  const { date, time, zone } = DATETIME.exec(text)?.groups ?? {}
  if (date === undefined) return undefined
  const offset = zone?.toUpperCase() === 'Z' ? 'UTC' : zone?.replace(/^(...)(\d\d)$/, '$1:$2')
  return `TIMESTAMP '${date} ${time ?? '00:00:00'}${offset === undefined ? '' : ` ${offset}`}'`
}
