import { RenderFault } from '../render-fault.js'
import { calculate } from '../values/arithmetic.js'
import { compareValues } from '../values/comparison.js'
import type { CompareSign } from '../expression.js'
import { isRecord, LoopState, Namespace } from '../values/value.js'
import { plain, type Builtin, type Builtins } from './signature.js'

const isNumber = (value: unknown): boolean => ['number', 'bigint', 'boolean'].includes(typeof value)
/** What is not there counts as an empty sequence, as in Jinja. */
const isSequence = (value: unknown): boolean =>
  value === undefined || Array.isArray(value) || typeof value === 'string' || isRecord(value)

function comparison(sign: CompareSign): Builtin {
  return { params: ['other'], required: 1, run: (value, [other]) => compareValues(value, sign, other) }
}

function remainderIs(value: unknown, divisor: unknown, expected: number): boolean {
  if (!isNumber(value)) throw new RenderFault('is not a number')
  return Number(calculate(value, '%', divisor)) === expected
}

/** Jinja's tests: what may stand after `is`. */
export const TESTS: Builtins = {
  defined: plain((value) => value !== undefined),
  undefined: plain((value) => value === undefined),
  none: plain((value) => value === null),
  boolean: plain((value) => typeof value === 'boolean'),
  true: plain((value) => value === true),
  false: plain((value) => value === false),
  integer: plain((value) => typeof value === 'bigint' || Number.isInteger(value)),
  float: plain((value) => typeof value === 'number' && !Number.isInteger(value)),
  number: plain(isNumber),
  string: plain((value) => typeof value === 'string'),
  mapping: plain((value) => isRecord(value) || value instanceof Namespace),
  sequence: plain(isSequence),
  iterable: plain((value) => isSequence(value) || value instanceof LoopState),
  odd: plain((value) => remainderIs(value, 2, 1)),
  even: plain((value) => remainderIs(value, 2, 0)),
  divisibleby: { params: ['num'], required: 1, run: (value, [num]) => remainderIs(value, num, 0) },
  lower: plain((value) => typeof value === 'string' && value !== value.toUpperCase() && value === value.toLowerCase()),
  upper: plain((value) => typeof value === 'string' && value !== value.toLowerCase() && value === value.toUpperCase()),
  in: comparison('in'),
  eq: comparison('=='),
  equalto: comparison('=='),
  ne: comparison('!='),
  lt: comparison('<'),
  lessthan: comparison('<'),
  le: comparison('<='),
  gt: comparison('>'),
  greaterthan: comparison('>'),
  ge: comparison('>='),
}
