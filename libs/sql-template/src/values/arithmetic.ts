import type { BinarySign, UnarySign } from '../expression.js'
import { RenderFault } from '../render-fault.js'
import { isTruthy, toText } from './value.js'

/** No text made by an expression grows beyond this; one template could else fill the memory. */
const TEXT_LENGTH_MAX = 1_000_000
/** Bits of the largest integer that an expression may make. */
const EXPONENT_MAX = 4096

/** `left sign right`, with Python's rules for integers, floats, texts and lists. Null makes null. */
export function calculate(left: unknown, sign: BinarySign, right: unknown): unknown {
  if (sign === '~') return boundedText(toText(left) + toText(right))
  if (left === null || left === undefined || right === null || right === undefined) return null
  if (sign === '+' && typeof left === 'string' && typeof right === 'string') return boundedText(left + right)
  if (sign === '+' && Array.isArray(left) && Array.isArray(right)) return [...left, ...right]
  if (sign === '*') {
    const repeated = repeatText(left, right) ?? repeatText(right, left)
    if (repeated !== undefined) return repeated
  }
  return calculateNumbers(numberOf(left), sign, numberOf(right))
}

/** `not x`, `-x`, `+x`. */
export function applySign(sign: UnarySign, value: unknown): unknown {
  if (sign === 'not') return !isTruthy(value)
  if (value === null || value === undefined) return null
  const number = numberOf(value)
  return sign === '-' ? -number : number
}

function numberOf(value: unknown): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  throw new RenderFault('is not a number, so it cannot be calculated with (use | int or | float)')
}

function repeatText(text: unknown, times: unknown): string | undefined {
  if (typeof text !== 'string' || typeof times !== 'number') return undefined
  if (text.length * times > TEXT_LENGTH_MAX) throw new RenderFault('makes a text that is too long')
  return text.repeat(Math.max(0, Math.trunc(times)))
}

export function boundedText(text: string): string {
  if (text.length > TEXT_LENGTH_MAX) throw new RenderFault('makes a text that is too long')
  return text
}

function calculateNumbers(left: number | bigint, sign: BinarySign, right: number | bigint): number | bigint {
  if (isInteger(left) && isInteger(right) && sign !== '/') {
    const small = calculateFloats(Number(left), sign, Number(right))
    // Doubles are exact up to 2^53; beyond that the same sum is done again with big integers.
    if (typeof left === 'number' && typeof right === 'number' && Number.isSafeInteger(small)) return small
    if (sign !== '**' || right >= 0) return normal(calculateIntegers(BigInt(left), sign, BigInt(right)))
  }
  return calculateFloats(Number(left), sign, Number(right))
}

const isInteger = (value: number | bigint): boolean => typeof value === 'bigint' || Number.isInteger(value)

function normal(value: bigint): number | bigint {
  const small = Number(value)
  return Number.isSafeInteger(small) ? small : value
}

function calculateIntegers(left: bigint, sign: BinarySign, right: bigint): bigint {
  switch (sign) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '//':
      return (left - modulo(left, right)) / right
    case '%':
      return modulo(left, right)
    default:
      if (right * BigInt(left.toString(2).length) > EXPONENT_MAX)
        throw new RenderFault('makes a number that is too large')
      return left ** right
  }
}

/** The remainder has the sign of the divisor. */
function modulo(left: bigint, right: bigint): bigint {
  if (right === 0n) throw new RenderFault('divides by zero')
  const remainder = left % right
  return remainder !== 0n && remainder < 0n !== right < 0n ? remainder + right : remainder
}

function calculateFloats(left: number, sign: BinarySign, right: number): number {
  if (right === 0 && (sign === '/' || sign === '//' || sign === '%')) throw new RenderFault('divides by zero')
  switch (sign) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '//':
      return Math.floor(left / right)
    case '%': {
      const remainder = left % right
      return remainder !== 0 && remainder < 0 !== right < 0 ? remainder + right : remainder
    }
    default:
      return left ** right
  }
}
