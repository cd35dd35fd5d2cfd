import type { ParamDataType } from '@penstock/contracts'
import { datetimeOf, isDate } from './calendar.js'
import { parseJson } from './parse-json.js'
import type { ParamValue } from './param-value.js'

/** The value in its declared type, or what is wrong, as the end of a sentence that begins with the parameter's name. */
export type Coerced =
  { readonly ok: true; readonly value: ParamValue } | { readonly ok: false; readonly message: string }

/** Takes a value as it came in: never undefined, null or blank text. */
export type Coerce = (raw: unknown) => Coerced

/** More digits than any column takes, few enough that reading them costs nothing. */
const DIGITS_MAX = 1000
const INTEGER = /^([+-]?)(\d+)(?:\.0*)?$/
const INTEGER_WITH_EXPONENT = /^[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}$/
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ['true', true],
  ['1', true],
  ['yes', true],
  [true, true],
  [1, true],
  ['false', false],
  ['0', false],
  ['no', false],
  [false, false],
  [0, false],
])

/** How values of each type are read. */
export const COERCE: Readonly<Record<ParamDataType, Coerce>> = {
  string: (raw) => {
    if (typeof raw === 'string') return good(raw.trim())
    return isScalar(raw) ? good(String(raw)) : bad('must be text')
  },
  integer: (raw) => {
    const value = typeof raw === 'string' ? integerOf(raw.trim()) : wholeOf(raw)
    return value === undefined ? bad('must be an integer') : good(value)
  },
  number: (raw) => {
    const value = typeof raw === 'string' ? numberOf(raw.trim()) : raw
    const real = typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))
    return real ? good(value) : bad('must be a number')
  },
  boolean: (raw) => {
    const value = BOOLEANS.get(typeof raw === 'string' ? raw.trim().toLowerCase() : raw)
    return value === undefined ? bad('must be true or false (or 1, 0, yes, no)') : good(value)
  },
  array: (raw) => {
    const value = typeof raw === 'string' ? listOf(raw.trim()) : raw
    return isList(value) ? good(value) : bad('must be a list: JSON, or items separated by commas')
  },
  object: (raw) => {
    const parsed = typeof raw === 'string' ? parseJson(raw) : undefined
    const value = parsed === undefined ? raw : parsed.ok ? parsed.value : undefined
    return isObject(value) ? good(value) : bad('must be a JSON object')
  },
  date: (raw) => {
    const text = typeof raw === 'string' ? raw.trim() : ''
    return isDate(text) ? good(text) : bad('must be a date like 2024-12-31')
  },
  datetime: (raw) => {
    const text = typeof raw === 'string' ? datetimeOf(raw.trim()) : undefined
    return text === undefined ? bad('must be a date and time like 2024-12-31T23:59:59Z') : good(text)
  },
  uuid: (raw) => {
    const text = typeof raw === 'string' ? raw.trim() : ''
    return UUID.test(text) ? good(text.toLowerCase()) : bad('must be a UUID')
  },
}

function good(value: ParamValue): Coerced {
  return { ok: true, value }
}

function bad(message: string): Coerced {
  return { ok: false, message }
}

function isScalar(raw: unknown): raw is string | number | bigint | boolean {
  return typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'bigint' || typeof raw === 'boolean'
}

/** What came from JSON text or from parseQuery holds nothing but JSON values and bigints. */
function isList(raw: unknown): raw is readonly ParamValue[] {
  return Array.isArray(raw)
}

function isObject(raw: unknown): raw is { readonly [name: string]: ParamValue } {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}

function integerOf(text: string): number | bigint | undefined {
  const found = INTEGER.exec(text)
  if (found !== null)
    return text.length > DIGITS_MAX ? undefined : smallest(BigInt(`${found[2] ?? ''}`) * (found[1] === '-' ? -1n : 1n))
  return INTEGER_WITH_EXPONENT.test(text) ? wholeOf(Number(text)) : undefined
}

function wholeOf(raw: unknown): number | bigint | undefined {
  if (typeof raw === 'bigint') return smallest(raw)
  if (typeof raw !== 'number' || !Number.isInteger(raw)) return undefined
  // `+ 0` makes 0 of -0.
  return Number.isSafeInteger(raw) ? raw + 0 : BigInt(raw)
}

/** A whole number beyond 2^53 keeps its digits; other numbers are doubles, as JSON's are in every common language. */
function numberOf(text: string): number | bigint | undefined {
  if (!NUMBER.test(text) || text.length > DIGITS_MAX) return undefined
  const value = Number(text)
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? (integerOf(text) ?? value) : value + 0
}

function smallest(value: bigint): number | bigint {
  const small = Number(value)
  return Number.isSafeInteger(small) ? small : value
}

function listOf(text: string): unknown {
  if (text.startsWith('[')) {
    const parsed = parseJson(text)
    return parsed.ok ? parsed.value : undefined
  }
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
