import { describe, expect, it } from 'vitest'
import { parseTuple } from './expression-parser.js'
import type { RawExpression } from './expression.js'
import { sourceText } from './source-text.js'
import { readTag } from './tag-tokens.js'
import { TokenCursor } from './token-cursor.js'

function parse(text: string): string {
  const source = sourceText(`{{ ${text} }}`)
  return shown(parseTuple(new TokenCursor(source, readTag(source, 0, 2, '}}').tokens)))
}

/** Every operation in parentheses, so that precedence can be read. */
function shown(expression: RawExpression): string {
  switch (expression.op) {
    case 'name':
      return expression.name
    case 'const':
      return JSON.stringify(expression.value)
    case 'unary':
      return `(${expression.sign} ${shown(expression.of)})`
    case 'binary':
      return `(${shown(expression.left)} ${expression.sign} ${shown(expression.right)})`
    case 'and':
    case 'or':
      return `(${shown(expression.left)} ${expression.op} ${shown(expression.right)})`
    case 'compare':
      return `(${shown(expression.first)}${expression.rest.map(({ sign, right }) => ` ${sign} ${shown(right)}`).join('')})`
    case 'cond':
      return `(${shown(expression.then)} if ${shown(expression.test)} else ${shown(expression.other)})`
    case 'filter':
    case 'test':
    case 'method':
      return `${expression.op}:${expression.name}(${[expression.of, ...expression.args].map(shown).join(', ')})`
    case 'call':
      return `${expression.name}(${expression.args.map(shown).join(', ')})`
    case 'list':
      return `[${expression.items.map(shown).join(', ')}]`
    case 'attr':
      return `${shown(expression.of)}.${expression.key}`
    case 'item':
      return `${shown(expression.of)}[${shown(expression.key)}]`
    default:
      return expression.op
  }
}

describe('parseExpression', () => {
  it.each([
    ['a or b and not c', '(a or (b and (not c)))'],
    ['not a == b', '(not (a == b))'],
    ['a + b * c ** d', '(a + (b * (c ** d)))'],
    ['2 ** 3 ** 2', '((2 ** 3) ** 2)'],
    ['-2 ** 2', '((- 2) ** 2)'],
    ['a ~ b + c', '((a ~ b) + c)'],
    ['a ~ b * c', '(a ~ (b * c))'],
    ['1 < a <= 3', '(1 < a <= 3)'],
    ['a not in b in c', '(a not in b in c)'],
    ['a if b else c if d else e', '(a if b else (c if d else e))'],
    ['a if b', '(a if b else undefined)'],
    ['-a | abs', 'filter:abs((- a))'],
    ['a + b | f(1)', '(a + filter:f(b, 1))'],
    ['a | f | g(x) is t', 'test:t(filter:g(filter:f(a), x))'],
    ['a is not t 3', '(not test:t(a, 3))'],
    ['a is t and b', '(test:t(a) and b)'],
    ['a.b[1].c(2)', 'method:c(a.b[1], 2)'],
    ['f(1, x)[0]', 'f(1, x)[0]'],
    ['a, b', '[a, b]'],
    ['(a,)', '[a]'],
    ["'a' 'b'", '"ab"'],
    ['a[1:2]', 'slice'],
  ])('%s', (text, expected) => {
    expect(parse(text)).toBe(expected)
  })
})
