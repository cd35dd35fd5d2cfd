import { isString, isWord, stringValue, TrinoSyntaxError, type Token } from './trino-tokens.js'

/** A value of USING as PostgreSQL takes it: a bind and the type that it is cast to. Null has none. */
export type UsingValue = { readonly type: string; readonly text: string } | null

/** Reads the literals behind USING. Expressions that are no literals are refused. */
export function usingValues(tokens: readonly Token[]): UsingValue[] {
  return splitAtCommas(tokens.filter(({ kind }) => kind !== 'blank')).map(literalValue)
}

function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.text === '[') depth += 1
    if (token.text === ']') depth -= 1
    if (token.text === ',' && depth === 0) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

function literalValue(tokens: readonly Token[]): UsingValue {
  const [first, second] = tokens
  if (first === undefined) throw new TrinoSyntaxError('an empty literal')
  if (isWord(first, 'array')) return arrayValue(tokens)
  if (tokens.length === 1) return singleValue(first)
  if (tokens.length === 2 && second !== undefined) {
    if (first.text === '-' && second.kind === 'number') return numberValue(`-${second.text}`)
    if (first.kind === 'word' && isString(second)) return typedValue(first.text.toLowerCase(), stringValue(second))
  }
  throw new TrinoSyntaxError(`not a literal: ${tokens.map(({ text }) => text).join(' ')}`)
}

function singleValue(token: Token): UsingValue {
  if (isWord(token, 'null')) return null
  if (isWord(token, 'true') || isWord(token, 'false')) return { type: 'boolean', text: token.text.toLowerCase() }
  if (isString(token)) return { type: 'varchar', text: stringValue(token) }
  if (token.kind === 'binary') return { type: 'bytea', text: `\\x${stringValue(token)}` }
  if (token.kind === 'number') return numberValue(token.text)
  throw new TrinoSyntaxError(`not a literal: ${token.text}`)
}

function numberValue(text: string): UsingValue {
  if (!/^-?\d+$/.test(text)) return { type: 'numeric', text }
  const number = BigInt(text)
  if (BigInt.asIntN(64, number) !== number) throw new TrinoSyntaxError(`Invalid numeric literal: ${text}`)
  return { type: BigInt.asIntN(32, number) === number ? 'integer' : 'bigint', text }
}

/** `DATE '…'`, `DECIMAL '…'`, … with the precision that the text has. */
export function typedValue(type: string, text: string): { readonly type: string; readonly text: string } {
  const fraction = /\.(\d*)/.exec(text)?.[1]?.length ?? 0
  switch (type) {
    case 'decimal':
      return { type: `numeric(${text.replace(/\D/g, '').length},${fraction})`, text }
    case 'double':
      return { type: 'double precision', text }
    case 'timestamp':
      return {
        type: `${/\d ?(?:UTC|[+-]\d\d:\d\d)$/.test(text) ? 'timestamptz' : 'timestamp'}(${Math.min(6, fraction)})`,
        text,
      }
    case 'time':
      return { type: `time(${Math.min(6, fraction)})`, text }
    case 'bigint':
    case 'real':
    case 'date':
    case 'uuid':
    case 'json':
      return { type, text }
    default:
      throw new TrinoSyntaxError(`Unknown type: ${type}`)
  }
}

function arrayValue(tokens: readonly Token[]): UsingValue {
  const inner = tokens.slice(2, -1)
  const items = inner.length === 0 ? [] : splitAtCommas(inner).map(literalValue)
  const type = items.find((item) => item !== null)?.type ?? 'varchar'
  const texts = items.map((item) => (item === null ? 'NULL' : `"${item.text.replace(/[\\"]/g, '\\$&')}"`))
  return { type: `${type}[]`, text: `{${texts.join(',')}}` }
}
