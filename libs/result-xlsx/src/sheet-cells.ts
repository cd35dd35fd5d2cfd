/** What becomes of a cell: text is always text, whatever it begins with; nothing is ever a formula. */
export type SheetCell =
  | { readonly type: StringConstructor; readonly value: string }
  | { readonly type: NumberConstructor; readonly value: number }
  | { readonly type: BooleanConstructor; readonly value: boolean }
  | null

const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:[eE][+-]?\d+)?$/
/** A spreadsheet's numbers have 15 digits: one with more stays text, so that none of them is lost. */
const DIGITS_MAX = 15
/** What a spreadsheet takes in one cell. */
export const CELL_CHARACTERS_MAX = 32_767

/** A text is longer than a cell may be. */
export class CellTooLong extends Error {
  override readonly name = 'CellTooLong'
}

/** A cell of a result: `raw` text is JSON as it is, other text is a string. */
export function sheetCell(text: string | null, encoding: 'raw' | 'string'): SheetCell {
  if (text === null) return null
  if (encoding === 'raw') {
    if (text === 'true' || text === 'false') return { type: Boolean, value: text === 'true' }
    if (isExactNumber(text)) return { type: Number, value: Number(text) }
  }
  if (text.length > CELL_CHARACTERS_MAX) throw new CellTooLong(`${text.length} characters in one cell`)
  return { type: String, value: text }
}

function isExactNumber(text: string): boolean {
  const [, whole, fraction = ''] = NUMBER.exec(text) ?? []
  if (whole === undefined) return false
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  return digits.length <= DIGITS_MAX && Number.isFinite(Number(text))
}
