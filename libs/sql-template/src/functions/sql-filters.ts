import { toJson, toText } from '../values/value.js'
import { exactInteger, toFloat } from './convert.js'
import { plain, type Builtins } from './signature.js'

const FALSE_WORDS = new Set(['', 'false', 'f', 'no', 'n', 'off', '0'])
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?=$|[T ])/

/** Filters that say what SQL value is meant. All of them make null of null, and every result is bound. */
export const SQL_FILTERS: Builtins = {
  sql_string: nullSafe(toText),
  sql_int: nullSafe(sqlInteger),
  sql_float: nullSafe((value) => toFloat(value) ?? null),
  sql_bool: nullSafe(sqlBoolean),
  sql_date: nullSafe(sqlDate),
  sql_datetime: nullSafe((value) => (value instanceof Date ? value.toISOString() : toText(value))),
  sql_like: nullSafe(escapeLike),
  sql_like_start: nullSafe((value) => `${escapeLike(value)}%`),
  sql_like_end: nullSafe((value) => `%${escapeLike(value)}`),
  json: nullSafe(toJson),
}

function nullSafe(run: (value: unknown) => unknown): Builtins[string] {
  return plain((value) => (value === null || value === undefined ? null : run(value)))
}

function sqlInteger(value: unknown): unknown {
  if (typeof value === 'string') return exactInteger(value) ?? null
  if (typeof value === 'bigint') return value
  const number = toFloat(value)
  return number === undefined ? null : Math.trunc(number)
}

function sqlBoolean(value: unknown): boolean {
  if (typeof value === 'string') return !FALSE_WORDS.has(value.trim().toLowerCase())
  return Boolean(value)
}

/** The date of a date, a time stamp or an ISO text; null when the text is no date of the calendar. */
function sqlDate(value: unknown): string | null {
  const text = value instanceof Date ? value.toISOString() : toText(value)
  const match = DATE.exec(text)
  if (!match) return null
  const [date, year, month, day] = match
  const parsed = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const isReal = parsed.getUTCMonth() === Number(month) - 1 && parsed.getUTCDate() === Number(day)
  return isReal ? date : null
}

/** Makes `%`, `_` and the escape itself ordinary characters of a LIKE pattern. */
function escapeLike(value: unknown): string {
  return toText(value).replace(/[\\%_]/g, '\\$&')
}
