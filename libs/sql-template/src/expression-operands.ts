import type { RawExpression } from './expression.js'
import { numberValue, stringValue, type Token } from './tag-tokens.js'
import type { TokenCursor } from './token-cursor.js'

type Rule = (cursor: TokenCursor) => RawExpression

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
])
/** Words of the grammar: a variable of this name could never be read back. */
const RESERVED = new Set(['and', 'or', 'not', 'if', 'else', 'in', 'is'])

interface Arguments {
  readonly args: readonly RawExpression[]
  readonly named?: readonly (readonly [string, RawExpression])[]
}

/** A literal, a variable, a list, a dict, or anything in parentheses. */
export function parsePrimary(cursor: TokenCursor, tuple: Rule, expression: Rule): RawExpression {
  const token = cursor.peek()
  switch (token.type) {
    case 'name':
      return parseName(cursor)
    case 'string':
      return parseString(cursor)
    case 'integer':
    case 'float':
      return numberConstant(cursor.next())
    default:
      return cursor.nested(() => parseBracketed(cursor, tuple, expression))
  }
}

function parseName(cursor: TokenCursor): RawExpression {
  const token = cursor.peek()
  if (RESERVED.has(token.text)) throw cursor.unexpected('an expression')
  cursor.next()
  const constant = CONSTANTS.get(token.text)
  return constant === undefined ? { op: 'name', name: token.text, at: token.offset } : { op: 'const', value: constant }
}

function parseString(cursor: TokenCursor): RawExpression {
  let value = ''
  while (cursor.peek().type === 'string') value += stringValue(cursor.next())
  return { op: 'const', value }
}

function numberConstant(token: Token): RawExpression {
  const value = numberValue(token)
  return typeof value === 'number' ? { op: 'const', value } : { op: 'big', digits: value.digits }
}

function parseBracketed(cursor: TokenCursor, tuple: Rule, expression: Rule): RawExpression {
  if (cursor.skipOperator('(')) {
    if (cursor.skipOperator(')')) return { op: 'list', items: [] }
    const inner = tuple(cursor)
    cursor.expectOperator(')')
    return inner
  }
  if (cursor.skipOperator('[')) return { op: 'list', items: parseItems(cursor, ']', expression) }
  if (cursor.skipOperator('{')) {
    const entries = parseItems(cursor, '}', (inner): readonly [RawExpression, RawExpression] => {
      const key = expression(inner)
      inner.expectOperator(':')
      return [key, expression(inner)]
    })
    return { op: 'dict', entries }
  }
  throw cursor.unexpected('an expression')
}

function parseItems<T>(cursor: TokenCursor, close: string, item: (cursor: TokenCursor) => T): T[] {
  const items: T[] = []
  while (!cursor.skipOperator(close)) {
    if (items.length > 0) cursor.expectOperator(',')
    if (cursor.skipOperator(close)) break
    items.push(item(cursor))
  }
  return items
}

/** `.key`, `[key]`, `[from:to]` and `(arguments)` after an operand. */
export function parsePostfix(cursor: TokenCursor, start: RawExpression, expression: Rule): RawExpression {
  let whole = start
  for (;;) {
    if (cursor.isOperator('.')) whole = parseMember(cursor, whole)
    else if (cursor.isOperator('[')) whole = parseSubscript(cursor, whole, expression)
    else if (cursor.isOperator('(')) whole = parseCall(cursor, whole, expression)
    else return whole
  }
}

function parseMember(cursor: TokenCursor, of: RawExpression): RawExpression {
  cursor.expectOperator('.')
  if (cursor.peek().type === 'integer') return { op: 'item', of, key: numberConstant(cursor.next()) }
  return { op: 'attr', of, key: cursor.expectName('a name after the point').text }
}

function parseSubscript(cursor: TokenCursor, of: RawExpression, expression: Rule): RawExpression {
  cursor.expectOperator('[')
  const parts: RawExpression[] = []
  let colons = 0
  while (!cursor.isOperator(']')) {
    if (cursor.skipOperator(':')) {
      colons += 1
      if (colons > 2) throw cursor.unexpected(']')
    } else {
      parts[colons] = expression(cursor)
      if (!cursor.isOperator(':') && !cursor.isOperator(']')) throw cursor.unexpected(']')
    }
  }
  cursor.expectOperator(']')
  const none: RawExpression = { op: 'const', value: null }
  if (colons > 0) return { op: 'slice', of, from: parts[0] ?? none, to: parts[1] ?? none, step: parts[2] ?? none }
  const key = parts[0]
  if (key === undefined) throw cursor.unexpected('an expression between the brackets')
  return { op: 'item', of, key }
}

function parseCall(cursor: TokenCursor, callee: RawExpression, expression: Rule): RawExpression {
  const at = cursor.peek().offset
  if (callee.op === 'name') {
    return { op: 'call', name: callee.name, ...parseArguments(cursor, expression), at: callee.at }
  }
  if (callee.op === 'attr') {
    return { op: 'method', of: callee.of, name: callee.key, ...parseArguments(cursor, expression), at }
  }
  throw cursor.errorAt(at, 'Only macros, functions and methods can be called')
}

/** `(a, b, name=c)`, or nothing at all. */
export function parseArguments(cursor: TokenCursor, expression: Rule): Arguments {
  if (!cursor.isOperator('(')) return { args: [] }
  cursor.expectOperator('(')
  const args: RawExpression[] = []
  const named: (readonly [string, RawExpression])[] = []
  parseItems(cursor, ')', () => {
    if (cursor.isOperator('*') || cursor.isOperator('**')) {
      throw cursor.errorAt(cursor.peek().offset, 'Arguments cannot be spread: write them one by one')
    }
    if (cursor.peek().type === 'name' && cursor.isOperator('=', 1)) {
      const name = cursor.next().text
      cursor.expectOperator('=')
      if (named.some(([other]) => other === name)) throw cursor.errorAt(cursor.peek().offset, `${name} is given twice`)
      named.push([name, expression(cursor)])
    } else if (named.length > 0) {
      throw cursor.errorAt(cursor.peek().offset, 'Arguments without a name come before those with one')
    } else {
      args.push(expression(cursor))
    }
  })
  return named.length === 0 ? { args } : { args, named }
}
