import type { CompareSign } from '../expression.js'
import { RenderFault } from '../render-fault.js'
import { isRecord } from './value.js'

/** Booleans count as 0 and 1, as in Python. */
function numeric(value: unknown): number | bigint | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined
}

const missing = (value: unknown): boolean => value === null || value === undefined

/** Python's `==` on JSON values; null and undefined are the same. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (missing(left) || missing(right)) return missing(left) && missing(right)
  const leftNumber = numeric(left)
  const rightNumber = numeric(right)
  // Loose equality: a bigint and a number that stand for the same integer are equal.
  if (leftNumber !== undefined && rightNumber !== undefined) return leftNumber == rightNumber
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index]))
  }
  if (isRecord(left) && isRecord(right)) {
    const keys = Object.keys(left)
    const same = (key: string): boolean => Object.hasOwn(right, key) && isEqual(left[key], right[key])
    return keys.length === Object.keys(right).length && keys.every(same)
  }
  return left instanceof Date && right instanceof Date && left.getTime() === right.getTime()
}

/** Negative, zero or positive, or undefined when the two have no order (a null is neither less nor greater). */
export function order(left: unknown, right: unknown): number | undefined {
  if (missing(left) || missing(right)) return undefined
  const leftNumber = numeric(left)
  const rightNumber = numeric(right)
  if (leftNumber !== undefined && rightNumber !== undefined) {
    return leftNumber < rightNumber ? -1 : leftNumber > rightNumber ? 1 : leftNumber == rightNumber ? 0 : undefined
  }
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime()
  if (Array.isArray(left) && Array.isArray(right)) return orderLists(left, right)
  throw new RenderFault('cannot be compared: a text with a number, or values that have no order')
}

function orderLists(left: readonly unknown[], right: readonly unknown[]): number | undefined {
  for (let index = 0; index < left.length && index < right.length; index += 1) {
    if (!isEqual(left[index], right[index])) return order(left[index], right[index])
  }
  return left.length - right.length
}

/** `left sign right`. */
export function compareValues(left: unknown, sign: CompareSign, right: unknown): boolean {
  switch (sign) {
    case '==':
      return isEqual(left, right)
    case '!=':
      return !isEqual(left, right)
    case 'in':
      return isIn(left, right)
    case 'not in':
      return !isIn(left, right)
    default: {
      const difference = order(left, right)
      if (difference === undefined) return false
      if (sign === '<') return difference < 0
      if (sign === '<=') return difference <= 0
      return sign === '>' ? difference > 0 : difference >= 0
    }
  }
}

/** Element of a list, part of a text, key of an object; nothing is in null. */
function isIn(value: unknown, container: unknown): boolean {
  if (missing(container)) return false
  if (Array.isArray(container)) return container.some((item) => isEqual(item, value))
  if (typeof container === 'string') return typeof value === 'string' && container.includes(value)
  if (isRecord(container)) return typeof value === 'string' && Object.hasOwn(container, value)
  throw new RenderFault('"in" needs a list, a text or an object on its right')
}
