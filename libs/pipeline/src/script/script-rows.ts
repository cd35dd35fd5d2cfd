import type { Field, StatementResult } from '@penstock/datasource'
import { rowEncoder } from '@penstock/result-shape'

type Rows = Extract<StatementResult, { readonly kind: 'rows' }>

// float8 has up to 17 digits and is a number anywhere; the digits of a document are its author's.
const KEPT = /^_?(?:jsonb?|float[48]|float|double|real|bool(?:ean)?)(?:\[\])?$/i
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const DIGITS_MAX = 15

/**
 * Rows as JSON text for scripts, whose numbers are doubles: whole numbers beyond 2^53 and decimals of more than 15 digits become strings, so
 * that no digit is lost.
 */
export function scriptRows({ fields, rows }: Rows): string {
  const encode = rowEncoder(fields, 'as-is')
  const exact = fields.flatMap((field, index) => (mayLoseDigits(field) ? [index] : []))
  const encoded = rows.map((row) => {
    if (exact.length === 0) return encode(row)
    const cells = [...row]
    for (const index of exact) {
      const cell = cells[index]
      if (cell !== null && cell !== undefined) cells[index] = exactNumbers(cell)
    }
    return encode(cells)
  })
  return `[${encoded.join(',')}]`
}

/** What the statements returned, as `data` of the envelope has it. */
export function scriptData(results: readonly StatementResult[]): string {
  const each = results.map((result) => (result.kind === 'count' ? `[${result.count}]` : scriptRows(result)))
  return each.length > 1 ? `[${each.join(',')}]` : (each[0] ?? '[]')
}

function mayLoseDigits({ encoding, type }: Field): boolean {
  return encoding === 'raw' && !KEPT.test(type)
}

/** A JSON text whose numbers that scripts would round are texts. */
export function exactJson(json: string): string {
  return json.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') || isExact(token) ? token : `"${token}"`))
}

/** Of a number, or of a list of them. */
function exactNumbers(cell: string): string {
  // Short enough for any number in it; nearly all cells are.
  if (cell.length <= DIGITS_MAX || cell.includes('"')) return cell
  return cell.replace(NUMBER, (text) => (isExact(text) ? text : `"${text}"`))
}

function isExact(text: string): boolean {
  if (/^-?\d+$/.test(text)) return Number.isSafeInteger(Number(text))
  return (
    text
      .replace(/[eE].*$/, '')
      .replace(/\D/g, '')
      .replace(/^0+/, '').length <= DIGITS_MAX
  )
}
