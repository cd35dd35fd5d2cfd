import { fromJson } from './functions/convert.js'
import { RenderFault } from './render-fault.js'
import { isRecord } from './values/value.js'

/** What a caller may choose as operator, and how it is written. The order is part of shapes: add at the end. */
export const COMPARISON_OPERATORS = ['>', '>=', '<', '<=', '=', '!=', 'between'] as const
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number]

export type Comparison =
  | { readonly operator: Exclude<ComparisonOperator, 'between'>; readonly value: unknown }
  | { readonly operator: 'between'; readonly low: unknown; readonly high: unknown }

const FORM = 'must be an object {"combinator": "> >= < <= = != or between", "values": …}'

/** Reads `{combinator, values}` (or `value`), as an object or its JSON text; undefined when there is none. Throws RenderFault. */
export function comparisonOf(input: unknown): Comparison | undefined {
  if (input === undefined || input === null || input === '') return undefined
  const object = typeof input === 'string' ? fromJson(input) : input
  if (!isRecord(object)) throw new RenderFault(FORM)
  const combinator = object['combinator']
  const operator = COMPARISON_OPERATORS.find(
    (known) => typeof combinator === 'string' && known === combinator.trim().toLowerCase(),
  )
  if (operator === undefined) throw new RenderFault(FORM)
  const value = object['values'] ?? object['value']
  if (operator !== 'between') return { operator, value: scalar(value) }
  const bounds: readonly unknown[] =
    typeof value === 'string' ? value.split(',').map((bound) => bound.trim()) : Array.isArray(value) ? value : []
  const [low, high] = bounds
  if (bounds.length !== 2) throw new RenderFault('needs two values for between, as "low,high" or a list')
  return { operator, low: scalar(low), high: scalar(high) }
}

function scalar(value: unknown): unknown {
  const text = typeof value === 'string' ? value.trim() : value
  const isScalar = typeof text === 'number' || typeof text === 'bigint' || (typeof text === 'string' && text !== '')
  if (!isScalar) throw new RenderFault('compares with a number or a text, neither empty nor null')
  return text
}
