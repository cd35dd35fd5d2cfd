import type { SourceText } from './source-text.js'
import { errorAt } from './template-error.js'

/** A token inside a tag. `text` is what is written; `value` is the content of a string. */
export interface Token {
  readonly type: 'name' | 'string' | 'integer' | 'float' | 'operator' | 'end'
  readonly text: string
  readonly offset: number
}

const SPACE = /\s+/y
const RULES: readonly (readonly [Token['type'], RegExp])[] = [
  ['float', /(?<!\.)\d(?:_?\d)*(?:(?:\.\d(?:_?\d)*)?e[+-]?\d(?:_?\d)*|\.\d(?:_?\d)*)/iy],
  ['integer', /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy],
  ['name', /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy],
  ['string', /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y],
  ['operator', /\*\*|\/\/|==|!=|<=|>=|[-+*/%~[\](){}<>=.:|,]/y],
]
const OPENERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
  '\n': '',
}

/** Reads the tokens of one tag up to its closing mark; strings and brackets may hold the mark. */
export function readTag(
  source: SourceText,
  open: number,
  bodyStart: number,
  close: '%}' | '}}',
): { tokens: Token[]; end: number; trimAfter: boolean } {
  const tokens: Token[] = []
  const brackets: string[] = []
  let at = bodyStart
  for (;;) {
    at = skipSpace(source.text, at)
    if (brackets.length === 0) {
      const sign = source.text[at]
      const marked = sign === '-' || sign === '+' ? at + 1 : at
      if (source.text.startsWith(close, marked)) {
        tokens.push({ type: 'end', text: close, offset: at })
        return { tokens, end: marked + 2, trimAfter: sign === '-' }
      }
    }
    const token = readToken(source, open, at, close)
    checkBracket(source, brackets, token)
    tokens.push(token)
    at += token.text.length
  }
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at
  return SPACE.test(text) ? SPACE.lastIndex : at
}

function readToken(source: SourceText, open: number, at: number, close: string): Token {
  if (at >= source.text.length) {
    throw errorAt({ source, offset: open }, `This tag is never closed: end it with ${close}`)
  }
  for (const [type, rule] of RULES) {
    rule.lastIndex = at
    const match = rule.exec(source.text)
    if (match) return { type, text: match[0], offset: at }
  }
  const character = source.text[at] ?? ''
  const hint = /['"]/.test(character) ? 'This string is never closed' : `The character ${character} has no meaning here`
  throw errorAt({ source, offset: at }, hint)
}

function checkBracket(source: SourceText, brackets: string[], token: Token): void {
  if (token.type !== 'operator') return
  const closer = OPENERS[token.text]
  if (closer !== undefined) {
    brackets.push(closer)
  } else if (/[)\]}]/.test(token.text)) {
    const expected = brackets.pop()
    if (expected === token.text) return
    const message =
      expected === undefined ? `This ${token.text} closes nothing` : `Expected ${expected} before this ${token.text}`
    throw errorAt({ source, offset: token.offset }, message)
  }
}

/** The text that a string token stands for. */
export function stringValue(token: Token): string {
  return token.text.slice(1, -1).replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|([\s\S]))/g, unescape)
}

function unescape(
  whole: string,
  hex2: string | undefined,
  hex4: string | undefined,
  plain: string | undefined,
): string {
  const code = hex2 ?? hex4
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
  if (plain === '\\' || plain === "'" || plain === '"') return plain
  return ESCAPES[plain ?? ''] ?? whole
}

/** The number that an integer or float token stands for; digits as text when a double cannot hold the integer. */
export function numberValue(token: Token): number | { readonly digits: string } {
  const text = token.text.replace(/_/g, '')
  const value = Number(text)
  if (token.type === 'float' || Number.isSafeInteger(value)) return value
  return { digits: BigInt(text).toString() }
}
