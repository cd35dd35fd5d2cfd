import type { Expression, RawExpression } from './expression.js'
import { FILTERS } from './functions/filters.js'
import { FUNCTIONS, METHODS, takesNamed } from './functions/methods.js'
import type { Builtins } from './functions/signature.js'
import { TESTS } from './functions/tests.js'
import { nearest } from './nearest.js'
import type { Scope } from './scope.js'
import type { SourceText } from './source-text.js'
import { errorAt, type TemplateError } from './template-error.js'

const UNDEFINED: Expression = { op: 'undefined' }
/** Filters that make SQL rather than a value: they are the last of an output and the compiler writes them itself. */
const SQL_SHAPING_FILTERS = ['sql_ident', 'in_list', 'compare'] as const

type Raw<Op extends RawExpression['op']> = Extract<RawExpression, { readonly op: Op }>

/** Where expressions are compiled: which source they are from and what names mean there. */
export interface ExpressionContext {
  readonly source: SourceText
  readonly scope: Scope
  /** Told of every parameter that an expression reads; gives back its declared name. */
  readonly useParameter: (written: string, offset: number, source: SourceText) => string
}

/** Resolves names and checks every filter, test, method and function with its arguments. Throws TemplateError. */
export function compileExpression(raw: RawExpression, context: ExpressionContext): Expression {
  const inner = (part: RawExpression): Expression => compileExpression(part, context)
  switch (raw.op) {
    case 'name':
      return resolveName(raw, context)
    case 'const':
    case 'big':
    case 'undefined':
      return raw
    case 'list':
      return { op: 'list', items: raw.items.map(inner) }
    case 'dict':
      return { op: 'dict', entries: raw.entries.map(([key, value]) => [inner(key), inner(value)]) }
    case 'attr':
      return { op: 'attr', of: inner(raw.of), key: raw.key }
    case 'item':
      return { op: 'item', of: inner(raw.of), key: inner(raw.key) }
    case 'slice':
      return { op: 'slice', of: inner(raw.of), from: inner(raw.from), to: inner(raw.to), step: inner(raw.step) }
    case 'unary':
      return { op: 'unary', sign: raw.sign, of: inner(raw.of) }
    case 'binary':
      return { op: 'binary', sign: raw.sign, left: inner(raw.left), right: inner(raw.right) }
    case 'and':
    case 'or':
      return { op: raw.op, left: inner(raw.left), right: inner(raw.right) }
    case 'compare':
      return {
        op: 'compare',
        first: inner(raw.first),
        rest: raw.rest.map(({ sign, right }) => ({ sign, right: inner(right) })),
      }
    case 'cond':
      return { op: 'cond', test: inner(raw.test), then: inner(raw.then), other: inner(raw.other) }
    default:
      return compileCall(raw, context)
  }
}

function resolveName(raw: Raw<'name'>, context: ExpressionContext): Expression {
  const found = context.scope.find(raw.name)
  if (found === undefined) {
    return readParameter(raw, context)
  }
  const { binding, scope } = found
  if (binding.kind === 'alias') return binding.expression
  if (binding.kind !== 'slot') {
    const what = binding.kind === 'macro' ? 'a macro' : 'a block of SQL'
    throw errorAt(
      { source: context.source, offset: raw.at },
      `${raw.name} is ${what}: it can only stand alone in {{ }}`,
    )
  }
  const { slot } = binding
  if (isCertain(slot, context.scope)) return { op: 'local', slot, outer: UNDEFINED }
  const outer =
    binding.before ??
    (scope.parent === undefined ? readParameter(raw, context) : resolveName(raw, { ...context, scope: scope.parent }))
  return { op: 'local', slot, outer }
}

function readParameter(raw: Raw<'name'>, context: ExpressionContext): Expression {
  return { op: 'param', name: context.useParameter(raw.name, raw.at, context.source) }
}

function isCertain(slot: number, scope: Scope | undefined): boolean {
  return scope !== undefined && (scope.certain.has(slot) || isCertain(slot, scope.parent))
}

const TABLES: Readonly<Record<'filter' | 'test' | 'method' | 'call', Builtins>> = {
  filter: FILTERS,
  test: TESTS,
  method: METHODS,
  call: FUNCTIONS,
}
const WORDS = { filter: 'filter', test: 'test', method: 'method', call: 'macro or function' } as const

function compileCall(raw: Raw<'filter' | 'test' | 'method' | 'call'>, context: ExpressionContext): Expression {
  const table = TABLES[raw.op]
  if (!Object.hasOwn(table, raw.name)) throw unknownCall(raw, context)
  const args = orderedArguments(raw, table, context)
  if (raw.op === 'call') {
    const call: Expression = { op: 'call', name: raw.name, args }
    if (raw.named === undefined || !takesNamed(raw.name)) return call
    return { ...call, named: raw.named.map(([name, value]) => [name, compileExpression(value, context)]) }
  }
  return { op: raw.op, of: compileExpression(raw.of, context), name: raw.name, args }
}

/** Arguments in the order of the builtin's parameters, so that the evaluator never looks at names. */
function orderedArguments(
  raw: Raw<'filter' | 'test' | 'method' | 'call'>,
  table: Builtins,
  context: ExpressionContext,
): Expression[] {
  const builtin = table[raw.name]
  const fail = (message: string): TemplateError => callError(raw, context, message)
  const args = raw.args.map((arg) => compileExpression(arg, context))
  if (builtin === undefined || builtin.variadic) {
    if (raw.named !== undefined && !takesNamed(raw.name)) throw fail(`${raw.name} takes no named arguments`)
    return args
  }
  const { params, required = 0 } = builtin
  if (args.length > params.length) throw fail(`${raw.name} takes at most ${params.length} arguments`)
  for (const [name, value] of raw.named ?? []) {
    const index = params.indexOf(name)
    if (index === -1) throw fail(`${raw.name} has no argument ${name}`)
    if (args[index] !== undefined) throw fail(`${name} of ${raw.name} is given twice`)
    args[index] = compileExpression(value, context)
  }
  const missing = params.find((_, index) => index < required && args[index] === undefined)
  if (missing !== undefined) throw fail(`${raw.name} needs its argument ${missing}`)
  return Array.from(args, (arg) => arg ?? UNDEFINED)
}

function callError(raw: { readonly at?: number }, context: ExpressionContext, message: string): TemplateError {
  return errorAt({ source: context.source, offset: raw.at ?? 0 }, message)
}

function unknownCall(raw: Raw<'filter' | 'test' | 'method' | 'call'>, context: ExpressionContext): TemplateError {
  const fail = (message: string): TemplateError => callError(raw, context, message)
  if (raw.op === 'filter') {
    if (SQL_SHAPING_FILTERS.some((name) => name === raw.name)) {
      return fail(`${raw.name} makes SQL, so it must be the last filter of {{ }} and cannot be part of an expression`)
    }
    if (raw.name === 'safe')
      return fail('There is no filter safe: a value never becomes SQL text; use sql_ident for names')
  }
  if (raw.op === 'call') {
    const found = context.scope.find(raw.name)
    if (found?.binding.kind === 'macro' || found?.binding.kind === 'fragment') {
      return fail(`${raw.name} makes SQL, so its call must stand alone in {{ }}: it cannot be part of an expression`)
    }
  }
  const guess = nearest(raw.name, Object.keys(TABLES[raw.op]))
  return fail(`There is no ${WORDS[raw.op]} ${raw.name}${guess === undefined ? '' : `; did you mean ${guess}?`}`)
}
