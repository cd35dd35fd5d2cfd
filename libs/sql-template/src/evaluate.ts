import type { Expression } from './expression.js'
import { FILTERS } from './functions/filters.js'
import { FUNCTIONS, METHODS, withMembers } from './functions/methods.js'
import type { Builtins } from './functions/signature.js'
import { TESTS } from './functions/tests.js'
import { RenderFault } from './render-fault.js'
import { applySign, calculate } from './values/arithmetic.js'
import { compareValues } from './values/comparison.js'
import { isTruthy, memberOf, toText } from './values/value.js'

/** What a slot holds before anything was assigned to it. */
export const UNSET: unique symbol = Symbol('unset')

/** What expressions read. */
export interface Environment {
  readonly values: Readonly<Record<string, unknown>>
  readonly locals: unknown[]
}

/** The value of an expression. Throws RenderFault when these values have none (a division by zero, a text plus a number). */
export function evaluate(expression: Expression, env: Environment): unknown {
  switch (expression.op) {
    case 'param':
      return Object.hasOwn(env.values, expression.name) ? env.values[expression.name] : undefined
    case 'const':
      return expression.value
    case 'local': {
      const value = env.locals[expression.slot]
      return value === UNSET ? evaluate(expression.outer, env) : value
    }
    case 'and': {
      const left = evaluate(expression.left, env)
      return isTruthy(left) ? evaluate(expression.right, env) : left
    }
    case 'or': {
      const left = evaluate(expression.left, env)
      return isTruthy(left) ? left : evaluate(expression.right, env)
    }
    case 'unary':
      return applySign(expression.sign, evaluate(expression.of, env))
    case 'cond':
      return evaluate(isTruthy(evaluate(expression.test, env)) ? expression.then : expression.other, env)
    case 'binary':
      return calculate(evaluate(expression.left, env), expression.sign, evaluate(expression.right, env))
    case 'compare':
      return evaluateComparison(expression, env)
    case 'attr':
      return memberOf(evaluate(expression.of, env), expression.key)
    case 'item':
      return memberOf(evaluate(expression.of, env), evaluate(expression.key, env))
    default:
      return evaluateRest(expression, env)
  }
}

type Of<Op extends Expression['op']> = Extract<Expression, { readonly op: Op }>
type RestOp = 'big' | 'undefined' | 'list' | 'dict' | 'slice' | 'filter' | 'test' | 'method' | 'call'

function evaluateRest(expression: Of<RestOp>, env: Environment): unknown {
  switch (expression.op) {
    case 'filter':
      return callBuiltin(FILTERS, expression, evaluate(expression.of, env), env)
    case 'test':
      return callBuiltin(TESTS, expression, evaluate(expression.of, env), env)
    case 'method':
      return callBuiltin(METHODS, expression, evaluate(expression.of, env), env)
    case 'call':
      return evaluateCall(expression, env)
    case 'list':
      return expression.items.map((item) => evaluate(item, env))
    case 'dict':
      return Object.fromEntries(
        expression.entries.map(([key, value]) => [toText(evaluate(key, env)), evaluate(value, env)]),
      )
    case 'slice':
      return evaluateSlice(expression, env)
    case 'big':
      return BigInt(expression.digits)
    case 'undefined':
      return undefined
  }
}

function callBuiltin(
  table: Builtins,
  call: Of<'filter' | 'test' | 'method' | 'call'>,
  value: unknown,
  env: Environment,
): unknown {
  const builtin = Object.hasOwn(table, call.name) ? table[call.name] : undefined
  // The compiler knows the same tables; only a program written by a newer compiler gets here.
  if (builtin === undefined) throw new RenderFault(`this gateway does not know ${call.op} ${call.name}`)
  return builtin.run(
    value,
    call.args.map((arg) => evaluate(arg, env)),
  )
}

function evaluateCall(call: Of<'call'>, env: Environment): unknown {
  const made = callBuiltin(FUNCTIONS, call, undefined, env)
  if (call.named === undefined) return made
  return withMembers(
    made,
    call.named.map(([name, value]): [string, unknown] => [name, evaluate(value, env)]),
  )
}

/** `a < b < c` is `a < b and b < c`, each part evaluated at most once. */
function evaluateComparison(expression: Of<'compare'>, env: Environment): boolean {
  let left = evaluate(expression.first, env)
  for (const { sign, right: operand } of expression.rest) {
    const right = evaluate(operand, env)
    if (!compareValues(left, sign, right)) return false
    left = right
  }
  return true
}

function evaluateSlice(expression: Of<'slice'>, env: Environment): unknown {
  const of = evaluate(expression.of, env)
  const [from, to, step] = [expression.from, expression.to, expression.step].map(
    (bound) => bound && evaluate(bound, env),
  )
  if (typeof of === 'string') return sliceList([...of], from, to, step).join('')
  return Array.isArray(of) ? sliceList(of, from, to, step) : undefined
}

function sliceList(list: readonly unknown[], from: unknown, to: unknown, step: unknown): unknown[] {
  const stride = typeof step === 'number' ? step : 1
  if (stride === 0) throw new RenderFault('a slice cannot have step 0')
  const { length } = list
  const [low, high] = stride > 0 ? [0, length] : [-1, length - 1]
  const clamp = (bound: unknown, fallback: number): number => {
    if (typeof bound !== 'number') return fallback
    return Math.max(low, Math.min(high, bound < 0 ? bound + length : bound))
  }
  const end = clamp(to, stride > 0 ? length : -1)
  const picked: unknown[] = []
  for (let at = clamp(from, stride > 0 ? 0 : length - 1); stride > 0 ? at < end : at > end; at += stride)
    picked.push(list[at])
  return picked
}
