import { isRecord } from '../values/value.js'

/** Python's `int()` of a number or a text of digits; undefined when there is none. */
export function toInteger(value: unknown, base?: unknown): number | bigint | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : undefined
  if (typeof value !== 'string') return undefined
  const exact = typeof base === 'number' && base !== 10 ? integerInBase(value.trim(), base) : exactInteger(value)
  if (exact !== undefined) return exact
  const float = toFloat(value)
  return float === undefined ? undefined : Math.trunc(float)
}

function integerInBase(text: string, base: number): number | undefined {
  const digits = text.replace(/^([-+]?)0[xob]/i, '$1')
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, base)
  const body = digits.replace(/^[-+]/, '').toLowerCase()
  if (body === '' || [...body].some((digit) => !alphabet.includes(digit))) return undefined
  return Number.parseInt(digits, base)
}

/** An integer written with digits alone; "3.9" is none. */
export function exactInteger(text: string): number | bigint | undefined {
  const trimmed = text.trim()
  if (!/^[-+]?\d+(?:_\d+)*$/.test(trimmed) || trimmed.length > 4300) return undefined
  const digits = trimmed.replace(/[_+]/g, '')
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : BigInt(digits)
}

/** A finite number, or undefined: neither NaN nor infinity has a place in SQL. */
export function toFloat(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  const trimmed = value.trim()
  if (!/^[-+]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(trimmed)) return undefined
  const number = Number(trimmed.replaceAll('_', ''))
  return Number.isFinite(number) ? number : undefined
}

/** What a JSON text holds; an object or list is itself; null when it is no JSON. */
export function fromJson(value: unknown): unknown {
  if (Array.isArray(value) || isRecord(value)) return value
  if (typeof value !== 'string') return null
  try {
    const parsed: unknown = JSON.parse(value)
    return parsed
  } catch {
    return null
  }
}
