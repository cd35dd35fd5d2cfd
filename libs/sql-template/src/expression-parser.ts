import type { BinarySign, CompareSign, RawExpression } from './expression.js'
import { parseArguments, parsePostfix, parsePrimary } from './expression-operands.js'
import type { TokenCursor } from './token-cursor.js'

// The grammar and its precedences are Jinja's: condition, or, and, not, comparison, + -, ~, * / // %, **, sign, filters.
const COMPARISONS: readonly CompareSign[] = ['==', '!=', '<=', '>=', '<', '>']
const SUMS: readonly BinarySign[] = ['+', '-']
const PRODUCTS: readonly BinarySign[] = ['*', '//', '/', '%']

/** An expression with `a if b else c`. */
export function parseExpression(cursor: TokenCursor): RawExpression {
  return cursor.nested(() => {
    let then = parseOr(cursor)
    while (cursor.skipName('if')) {
      const test = parseOr(cursor)
      const other: RawExpression = cursor.skipName('else') ? parseExpression(cursor) : { op: 'undefined' }
      then = { op: 'cond', test, then, other }
    }
    return then
  })
}

/** An expression without a trailing `if`, as after `in` of a for tag, whose own `if` filters. */
export function parseOr(cursor: TokenCursor): RawExpression {
  let left = parseAnd(cursor)
  while (cursor.skipName('or')) left = { op: 'or', left, right: parseAnd(cursor) }
  return left
}

/** `a, b` is a list, a single expression is itself. */
export function parseTuple(cursor: TokenCursor): RawExpression {
  const first = parseExpression(cursor)
  if (!cursor.isOperator(',')) return first
  const items = [first]
  while (cursor.skipOperator(',')) {
    if (cursor.isEnd() || cursor.isOperator(')')) break
    items.push(parseExpression(cursor))
  }
  return { op: 'list', items }
}

function parseAnd(cursor: TokenCursor): RawExpression {
  let left = parseNot(cursor)
  while (cursor.skipName('and')) left = { op: 'and', left, right: parseNot(cursor) }
  return left
}

function parseNot(cursor: TokenCursor): RawExpression {
  if (cursor.skipName('not')) return cursor.nested(() => ({ op: 'unary', sign: 'not', of: parseNot(cursor) }))
  return parseComparison(cursor)
}

function parseComparison(cursor: TokenCursor): RawExpression {
  const first = parseSum(cursor)
  const rest: { sign: CompareSign; right: RawExpression }[] = []
  for (let sign = comparisonSign(cursor); sign !== undefined; sign = comparisonSign(cursor)) {
    rest.push({ sign, right: parseSum(cursor) })
  }
  return rest.length === 0 ? first : { op: 'compare', first, rest }
}

function comparisonSign(cursor: TokenCursor): CompareSign | undefined {
  if (cursor.isName('not') && cursor.isName('in', 1)) {
    cursor.next()
    cursor.next()
    return 'not in'
  }
  if (cursor.skipName('in')) return 'in'
  return COMPARISONS.find((sign) => cursor.skipOperator(sign))
}

function parseBinary(
  cursor: TokenCursor,
  signs: readonly BinarySign[],
  operand: (cursor: TokenCursor) => RawExpression,
): RawExpression {
  let left = operand(cursor)
  for (;;) {
    const sign = signs.find((candidate) => cursor.skipOperator(candidate))
    if (sign === undefined) return left
    left = { op: 'binary', sign, left, right: operand(cursor) }
  }
}

const parseSum = (cursor: TokenCursor): RawExpression => parseBinary(cursor, SUMS, parseConcat)
const parseConcat = (cursor: TokenCursor): RawExpression => parseBinary(cursor, ['~'], parseProduct)
const parseProduct = (cursor: TokenCursor): RawExpression => parseBinary(cursor, PRODUCTS, parsePower)
const parsePower = (cursor: TokenCursor): RawExpression => parseBinary(cursor, ['**'], (inner) => parseUnary(inner))

/** A signed operand with its filters and tests. */
function parseUnary(cursor: TokenCursor, filters: 'with-filters' | 'bare' = 'with-filters'): RawExpression {
  const sign = cursor.skipOperator('-') ? '-' : cursor.skipOperator('+') ? '+' : undefined
  const operand: RawExpression =
    sign === undefined
      ? parsePrimary(cursor, parseTuple, parseExpression)
      : cursor.nested(() => ({ op: 'unary', sign, of: parseUnary(cursor, 'bare') }))
  const whole = parsePostfix(cursor, operand, parseExpression)
  return filters === 'bare' ? whole : parseFilters(cursor, whole)
}

/** `| filter(...)` and `is test`, any number of them. */
function parseFilters(cursor: TokenCursor, start: RawExpression): RawExpression {
  let whole = start
  for (;;) {
    if (cursor.skipOperator('|')) whole = parseFilter(cursor, whole)
    else if (cursor.skipName('is')) whole = parseTest(cursor, whole)
    else return whole
  }
}

function parseFilter(cursor: TokenCursor, of: RawExpression): RawExpression {
  const name = cursor.expectName('the name of a filter')
  return { op: 'filter', of, name: name.text, ...parseArguments(cursor, parseExpression), at: name.offset }
}

function parseTest(cursor: TokenCursor, of: RawExpression): RawExpression {
  const negated = cursor.skipName('not')
  const name = cursor.expectName('the name of a test')
  const test: RawExpression = { op: 'test', of, name: name.text, ...testArguments(cursor), at: name.offset }
  return negated ? { op: 'unary', sign: 'not', of: test } : test
}

/** Tests take one argument without parentheses: `x is divisibleby 3`. */
function testArguments(cursor: TokenCursor): ReturnType<typeof parseArguments> {
  if (cursor.isOperator('(')) return parseArguments(cursor, parseExpression)
  const token = cursor.peek()
  const isWord = token.type === 'name' && !['else', 'or', 'and', 'if', 'is'].includes(token.text)
  const isValue =
    ['string', 'integer', 'float'].includes(token.type) || cursor.isOperator('[') || cursor.isOperator('{')
  if (token.type === 'name' && token.text === 'is') {
    throw cursor.errorAt(token.offset, 'Tests cannot be chained: join them with "and"')
  }
  if (!isWord && !isValue) return { args: [] }
  const operand = parsePrimary(cursor, parseTuple, parseExpression)
  return { args: [parsePostfix(cursor, operand, parseExpression)] }
}
