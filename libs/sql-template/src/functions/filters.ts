import { boundedText } from '../values/arithmetic.js'
import { isTruthy, itemsOf, memberOf, toText } from '../values/value.js'
import { RenderFault } from '../render-fault.js'
import { LIST_FILTERS } from './list-filters.js'
import { fromJson, toFloat, toInteger } from './convert.js'
import { plain, type Builtin, type Builtins } from './signature.js'
import { SQL_FILTERS } from './sql-filters.js'

const defaultFilter: Builtin = {
  params: ['default_value', 'boolean'],
  run: (value, [fallback = '', boolean]) =>
    value === undefined || (isTruthy(boolean) && !isTruthy(value)) ? fallback : value,
}

const lengthFilter = plain((value) => (typeof value === 'string' ? [...value].length : itemsOf(value).length))

const TEXT_FILTERS: Builtins = {
  upper: plain((value) => toText(value).toUpperCase()),
  lower: plain((value) => toText(value).toLowerCase()),
  capitalize: plain((value) => capitalize(toText(value))),
  title: plain((value) => toText(value).replace(/[^-\s({[<]+/g, capitalize)),
  trim: { params: ['chars'], run: (value, [chars]) => trimText(toText(value), chars, 'both') },
  replace: {
    params: ['old', 'new', 'count'],
    required: 2,
    run: (value, [before, after, count]) => replaceText(toText(value), toText(before), toText(after), count),
  },
  join: {
    params: ['d', 'attribute'],
    run: (value, [separator, attribute]) => {
      const items = itemsOf(value).map((item) => toText(attribute === undefined ? item : memberOf(item, attribute)))
      return boundedText(items.join(toText(separator)))
    },
  },
  string: plain(toText),
}

const NUMBER_FILTERS: Builtins = {
  int: { params: ['default', 'base'], run: (value, [fallback = 0, base]) => toInteger(value, base) ?? fallback },
  float: { params: ['default'], run: (value, [fallback = 0]) => toFloat(value) ?? fallback },
  abs: plain((value) => (typeof value === 'bigint' ? (value < 0n ? -value : value) : nullable(value, Math.abs))),
  round: {
    params: ['precision', 'method'],
    run: (value, [precision, method]) =>
      nullable(value, (number) => roundNumber(number, Number(precision ?? 0), method ?? 'common')),
  },
}

/** Every filter whose result is a value. Those that shape SQL (sql_ident, in_list, compare) belong to the compiler. */
export const FILTERS: Builtins = {
  default: defaultFilter,
  d: defaultFilter,
  length: lengthFilter,
  count: lengthFilter,
  fromjson: plain(fromJson),
  ...TEXT_FILTERS,
  ...NUMBER_FILTERS,
  ...LIST_FILTERS,
  ...SQL_FILTERS,
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()
}

function nullable(value: unknown, run: (number: number) => number): number | null {
  if (value === null || value === undefined) return null
  const number = typeof value === 'boolean' || typeof value === 'bigint' ? Number(value) : value
  if (typeof number !== 'number') throw new RenderFault('is not a number')
  return run(number)
}

/** Removes blanks, or the given characters, from the ends of a text. */
export function trimText(text: string, chars: unknown, side: 'start' | 'end' | 'both'): string {
  if (chars === undefined || chars === null) {
    return side === 'both' ? text.trim() : side === 'start' ? text.trimStart() : text.trimEnd()
  }
  const set = new Set(toText(chars))
  const letters = [...text]
  let start = 0
  let end = letters.length
  if (side !== 'end') while (start < end && set.has(letters[start] ?? '')) start += 1
  if (side !== 'start') while (end > start && set.has(letters[end - 1] ?? '')) end -= 1
  return letters.slice(start, end).join('')
}

/** Python's `replace`: all occurrences, or the first `count`. */
export function replaceText(text: string, before: string, after: string, count: unknown): string {
  const parts = before === '' ? ['', ...text, ''] : text.split(before)
  const times = typeof count === 'number' && count >= 0 ? Math.min(count, parts.length - 1) : parts.length - 1
  return boundedText(
    parts.slice(0, times + 1).join(after) +
      parts
        .slice(times + 1)
        .map((part) => before + part)
        .join(''),
  )
}

/** Python's rounding: a tie goes to the even neighbour; `ceil` and `floor` as in Jinja. */
function roundNumber(value: number, precision: number, method: unknown): number {
  if (!Number.isFinite(value)) return value
  const factor = 10 ** Math.max(-300, Math.min(300, Math.trunc(precision)))
  if (method === 'ceil') return Math.ceil(value * factor) / factor
  if (method === 'floor') return Math.floor(value * factor) / factor
  if (method !== 'common') throw new RenderFault('can only be rounded with common, ceil or floor')
  if (precision < 0) return roundHalfEven(value * factor) / factor
  return precision > 100 ? value : roundDecimals(value, Math.trunc(precision))
}

/** toFixed works on the exact decimal value and rounds a tie away from zero; a tie whose last digit is odd then goes back. */
function roundDecimals(value: number, precision: number): number {
  const rounded = value.toFixed(precision)
  const exact = value.toFixed(100)
  const point = exact.indexOf('.')
  const isTie = /^50*$/.test(exact.slice(point + 1 + precision))
  if (!isTie || !/[13579]$/.test(rounded)) return Number(rounded)
  return Number(exact.slice(0, precision === 0 ? point : point + 1 + precision))
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}
