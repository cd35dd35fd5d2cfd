import { compileExpression, type ExpressionContext } from './expression-compiler.js'
import type { Expression, RawExpression } from './expression.js'
import type { CompileState, PlacedNode } from './compile-state.js'
import type { PlaceholderHint } from './program.js'
import type { Place } from './source-text.js'
import { errorAt, type TemplateError } from './template-error.js'
import { IDENTIFIER } from './identifier.js'

type RawFilter = Extract<RawExpression, { readonly op: 'filter' | 'test' | 'method' }>
type Allowed = readonly (readonly [string, string])[]

/** What the outermost filter says about the type of the value. */
const HINTS: Readonly<Record<string, PlaceholderHint>> = {
  sql_string: 'text',
  sql_like: 'text',
  sql_like_start: 'text',
  sql_like_end: 'text',
  upper: 'text',
  lower: 'text',
  trim: 'text',
  replace: 'text',
  join: 'text',
  string: 'text',
  capitalize: 'text',
  title: 'text',
  sql_int: 'integer',
  int: 'integer',
  length: 'integer',
  count: 'integer',
  sql_float: 'number',
  float: 'number',
  sql_bool: 'boolean',
  sql_date: 'date',
  sql_datetime: 'datetime',
  json: 'json',
}
const LIKE_FILTERS = new Set(['sql_like', 'sql_like_start', 'sql_like_end'])

/** `{{ expression }}`: a bind, unless its last filter makes a name or a comparison. */
export function compileOutput(
  raw: RawExpression,
  place: Place,
  context: ExpressionContext,
  state: CompileState,
): PlacedNode[] {
  if (raw.op === 'filter') {
    switch (raw.name) {
      case 'sql_ident':
        return [compileIdent(raw, place, context, state)]
      case 'in_list': {
        expectNoArguments(raw, context)
        const expression = compileExpression(raw.of, context)
        return [
          state.at({ kind: 'bind', id: state.newPlaceholder(place, expression, { list: true }), expression }, place),
        ]
      }
      case 'compare': {
        expectNoArguments(raw, context)
        const expression = compileExpression(raw.of, context)
        const ids = [state.newPlaceholder(place, expression), state.newPlaceholder(place, expression)] as const
        return [state.at({ kind: 'compare', branch: state.newBranch(place), expression, ids }, place)]
      }
    }
  }
  const expression = compileExpression(raw, context)
  const hint = expression.op === 'filter' ? HINTS[expression.name] : undefined
  const id = state.newPlaceholder(
    place,
    hint === undefined ? expression : withoutFilter(expression),
    hint === undefined ? {} : { hint },
  )
  const nodes: PlacedNode[] = [state.at({ kind: 'bind', id, expression }, place)]
  if (expression.op === 'filter' && LIKE_FILTERS.has(expression.name) && state.dialect.likeSuffix !== '') {
    nodes.push(state.at({ kind: 'text', text: state.dialect.likeSuffix, place }, place))
  }
  return nodes
}

/** A parameter behind a filter that only states its type is still bound directly. */
function withoutFilter(expression: Expression): Expression {
  return expression.op === 'filter' && expression.name.startsWith('sql_') ? expression.of : expression
}

function expectNoArguments(raw: RawFilter, context: ExpressionContext): void {
  if (raw.args.length > 0 || raw.named !== undefined) throw filterError(raw, context, `${raw.name} takes no arguments`)
}

function filterError(raw: RawFilter, context: ExpressionContext, message: string): TemplateError {
  return errorAt({ source: context.source, offset: raw.at ?? 0 }, message)
}

function compileIdent(raw: RawFilter, place: Place, context: ExpressionContext, state: CompileState): PlacedNode {
  const expression = compileExpression(raw.of, context)
  const allowed = literalList(raw, context) ?? declaredList(expression, state)
  const ident = { kind: 'ident', branch: state.newBranch(place), expression, ...(allowed && { allowed }) } as const
  return state.at(ident, place)
}

/** `sql_ident(['a', 'b'])`, or `sql_ident({'said': 'column'})`: only literals, so that no request can widen the list. */
function literalList(raw: RawFilter, context: ExpressionContext): Allowed | undefined {
  const list = raw.args[0] ?? raw.named?.find(([name]) => name === 'allowed')?.[1]
  if (list === undefined) return undefined
  const fail = (message: string): TemplateError => filterError(raw, context, message)
  const pairs =
    list.op === 'list' ? list.items.map((item) => [item, item] as const) : list.op === 'dict' ? list.entries : []
  if (pairs.length === 0)
    throw fail("sql_ident takes a literal list of names, sql_ident(['time', 'delay']), or a literal object")
  return pairs.map(([said, name]) => {
    if (
      said.op !== 'const' ||
      name.op !== 'const' ||
      typeof said.value !== 'string' ||
      typeof name.value !== 'string'
    ) {
      throw fail('The list of sql_ident holds only texts, so that no request can widen it')
    }
    if (!IDENTIFIER.test(name.value))
      throw fail(`${name.value} is no name of a column or table: letters, digits, _ and . between parts`)
    return [said.value, name.value] as const
  })
}

/** The enum of the parameter is as good as a list: no other value gets past the parameter's check. */
function declaredList(expression: Expression, state: CompileState): Allowed | undefined {
  const parameter = state.directParameter(expression)
  const values = state.declared.find((declared) => declared.name === parameter)?.enum
  if (values === undefined || values.length === 0) return undefined
  const names = values.filter((value): value is string => typeof value === 'string' && IDENTIFIER.test(value))
  return names.length === values.length ? names.map((name) => [name, name] as const) : undefined
}
