import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CellTooLong, CELL_CHARACTERS_MAX, sheetCell } from './sheet-cells.js'

describe('sheetCell', () => {
  it('is text for every text, whatever it begins with', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(sheetCell(text, 'string')).toEqual({ type: String, value: text })
      }),
    )
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', "=cmd|' /C calc'!A0", '12', 'true']) {
      expect(sheetCell(text, 'string')).toEqual({ type: String, value: text })
    }
  })

  it.each([
    ['12', { type: Number, value: 12 }],
    ['-0.5', { type: Number, value: -0.5 }],
    ['1.5e300', { type: Number, value: 1.5e300 }],
    ['999999999999999', { type: Number, value: 999_999_999_999_999 }],
    ['9007199254740993', { type: String, value: '9007199254740993' }],
    ['0.1234567890123456', { type: String, value: '0.1234567890123456' }],
    ['1e999', { type: String, value: '1e999' }],
    ['true', { type: Boolean, value: true }],
    ['{"a":1}', { type: String, value: '{"a":1}' }],
    ['"=1"', { type: String, value: '"=1"' }],
  ])('of the JSON %s is %o, with no digit lost', (text, cell) => expect(sheetCell(text, 'raw')).toEqual(cell))

  it('is empty for null, and refused where a spreadsheet would cut it', () => {
    expect(sheetCell(null, 'string')).toBeNull()
    expect(sheetCell('x'.repeat(CELL_CHARACTERS_MAX), 'string')).toMatchObject({ type: String })
    expect(() => sheetCell('x'.repeat(CELL_CHARACTERS_MAX + 1), 'string')).toThrow(CellTooLong)
  })
})
