import type { ParamDefinition } from '@penstock/contracts'
import { COERCE, type Coerced } from './coerce.js'
import { compilePattern, PATTERN_VALUE_LENGTH_MAX } from './pattern/compile-pattern.js'
import { PatternRefused } from './pattern/pattern-tree.js'
import type { ParamValue } from './param-value.js'

/** One rule on a coerced value: what is wrong, or undefined. */
type Rule = (value: ParamValue) => string | undefined

/** A definition made ready: everything that can be known before a call is. */
export interface CompiledParam {
  readonly name: string
  readonly location: ParamDefinition['location']
  /** Under which key the value stands at its place: header names in lower case. */
  readonly key: string
  readonly required: boolean
  /** The coerced default; undefined when there is none. */
  readonly fallback: ParamValue | undefined
  readonly isList: boolean
  /** Coerces and checks a value that is there. */
  read(raw: unknown): Coerced
}

export type CompiledParamResult =
  { readonly ok: true; readonly param: CompiledParam } | { readonly ok: false; readonly faults: readonly string[] }

const NUMERIC: readonly string[] = ['integer', 'number']
const WITH_LENGTH: readonly string[] = ['string', 'array']

/** True for what counts as not given: missing, null, blank text. */
export function isAbsent(raw: unknown): boolean {
  return raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '')
}

/** Compiles one definition, or says everything that is wrong with it. */
export function compileParam(definition: ParamDefinition): CompiledParamResult {
  const faults: string[] = [...boundFaults(definition)]
  const rules = [enumRule(definition, faults), ...boundRules(definition), patternRule(definition, faults)].filter(
    (rule) => rule !== undefined,
  )
  const coerce = COERCE[definition.data_type]
  const read = (raw: unknown): Coerced => {
    const coerced = coerce(raw)
    if (!coerced.ok) return coerced
    for (const rule of rules) {
      const message = rule(coerced.value)
      if (message !== undefined) return { ok: false, message }
    }
    return coerced
  }
  const fallback = isAbsent(definition.default_value) ? undefined : read(definition.default_value)
  if (fallback?.ok === false) faults.push(`default_value ${fallback.message}`)
  if (faults.length > 0) return { ok: false, faults }
  const { name, location, required } = definition
  return {
    ok: true,
    param: {
      name,
      location,
      key: location === 'header' ? name.toLowerCase() : name,
      required,
      fallback: fallback?.ok === true ? fallback.value : undefined,
      isList: definition.data_type === 'array',
      read,
    },
  }
}

function boundFaults({ data_type: type, ...bounds }: ParamDefinition): string[] {
  const faults: string[] = []
  if (!NUMERIC.includes(type) && (bounds.min !== undefined || bounds.max !== undefined))
    faults.push('min and max are for integer and number only')
  if (!WITH_LENGTH.includes(type) && (bounds.min_length !== undefined || bounds.max_length !== undefined)) {
    faults.push('min_length and max_length are for string and array only')
  }
  if (type === 'object' && bounds.enum !== undefined) faults.push('enum is not for object')
  if (type !== 'string' && bounds.pattern !== undefined) faults.push('pattern is for string only')
  if (bounds.min !== undefined && bounds.max !== undefined && bounds.min > bounds.max)
    faults.push('min is greater than max')
  if (bounds.min_length !== undefined && bounds.max_length !== undefined && bounds.min_length > bounds.max_length) {
    faults.push('min_length is greater than max_length')
  }
  return faults
}

/** For a list each item must be one of the values, otherwise the value itself. */
function enumRule(definition: ParamDefinition, faults: string[]): Rule | undefined {
  if (definition.enum === undefined || definition.data_type === 'object') return undefined
  const isList = definition.data_type === 'array'
  const coerce = isList ? (raw: unknown) => COERCE.string(raw) : COERCE[definition.data_type]
  const known = new Set<string | undefined>()
  for (const value of definition.enum) {
    const coerced = isAbsent(value) ? undefined : coerce(value)
    if (coerced?.ok === true) known.add(comparable(coerced.value))
    else faults.push(`enum holds ${JSON.stringify(value)}, which ${coerced?.message ?? 'is no value'}`)
  }
  const words = [...known].join(', ')
  if (!isList) return (value) => (known.has(comparable(value)) ? undefined : `must be one of: ${words}`)
  return (value) =>
    Array.isArray(value) && value.every((item) => known.has(comparable(item))) ? undefined : `may hold only: ${words}`
}

function boundRules({
  min,
  max,
  min_length: least,
  max_length: most,
  data_type: type,
}: ParamDefinition): (Rule | undefined)[] {
  const unit = type === 'array' ? 'items' : 'characters'
  return [
    min === undefined
      ? undefined
      : (value) => (isNumeric(value) && value < min ? `must be at least ${min}` : undefined),
    max === undefined ? undefined : (value) => (isNumeric(value) && value > max ? `must be at most ${max}` : undefined),
    least === undefined
      ? undefined
      : (value) => (lengthOf(value) < least ? `must have at least ${least} ${unit}` : undefined),
    most === undefined
      ? undefined
      : (value) => (lengthOf(value) > most ? `must have at most ${most} ${unit}` : undefined),
  ]
}

function patternRule({ pattern }: ParamDefinition, faults: string[]): Rule | undefined {
  if (pattern === undefined) return undefined
  try {
    const matches = compilePattern(pattern)
    return (value) => {
      if (typeof value !== 'string') return undefined
      if (value.length > PATTERN_VALUE_LENGTH_MAX) return `must have at most ${PATTERN_VALUE_LENGTH_MAX} characters`
      return matches(value) ? undefined : `must match the pattern ${pattern}`
    }
  } catch (error) {
    if (!(error instanceof PatternRefused)) throw error
    faults.push(`pattern ${error.message}`)
    return undefined
  }
}

function isNumeric(value: ParamValue): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** Characters as databases count them: a pair of surrogates is one. */
function lengthOf(value: ParamValue): number {
  if (Array.isArray(value)) return value.length
  if (typeof value !== 'string') return 0
  return /[\ud800-\udbff]/.test(value) ? Array.from(value).length : value.length
}

/** Equal for equal values, whether they came as 1 or as "1"; what is no scalar equals none of the declared values. */
function comparable(value: ParamValue): string | undefined {
  return typeof value === 'object' ? undefined : String(value)
}
