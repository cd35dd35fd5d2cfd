import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scriptAnswer, type ScriptAnswerOptions } from './script-answer.js'

const NO_CAPS: ScriptAnswerOptions = { naming: 'as-is', rowsMax: undefined, bytesMax: undefined, truncated: false }
const answer = (value: unknown, options: Partial<ScriptAnswerOptions> = {}): unknown =>
  JSON.parse(scriptAnswer(value === undefined ? undefined : JSON.stringify(value), { ...NO_CAPS, ...options }).body)

describe('the answer of a script', () => {
  it.each([
    [undefined, { success: true, message: null, data: [] }],
    [null, { success: true, message: null, data: [] }],
    [[1, 2], { success: true, message: null, data: [1, 2] }],
    [0, { success: true, message: null, data: [0] }],
    ['text', { success: true, message: null, data: ['text'] }],
    [{ a: 1 }, { success: true, message: null, data: [{ a: 1 }] }],
    [{ data: { a: 1 } }, { success: true, message: null, data: { a: 1 } }],
    [
      { data: [], total: 3 },
      { success: true, message: null, data: [], total: 3 },
    ],
    [
      { success: false, message: 'no', data: null },
      { success: false, message: 'no', data: null },
    ],
  ])('of %j', (value, expected) => {
    expect(answer(value)).toEqual(expected)
  })

  it('is the data of any value that it is given as data', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const text = JSON.stringify(data)
        expect(scriptAnswer(`{"data":${text}}`, NO_CAPS).body).toBe(
          `{"success":true,"message":null,"data":${JSON.stringify(JSON.parse(text))}}`,
        )
      }),
    )
  })

  it('is cut at whole items, and says so', () => {
    expect(answer([1, 2, 3], { rowsMax: 2 })).toEqual({ success: true, message: null, data: [1, 2], truncated: true })
    const rows = Array.from({ length: 10 }, () => 'x'.repeat(10))
    const cut = scriptAnswer(JSON.stringify(rows), { ...NO_CAPS, bytesMax: 50 })
    expect(cut).toMatchObject({ truncated: true, rowCount: 3 })
    expect(JSON.parse(cut.body)).toMatchObject({ data: rows.slice(0, 3), truncated: true })
  })

  it('that is no list and too big, or no envelope, is a fault of the script', () => {
    expect(() => answer({ data: 'x'.repeat(100) }, { bytesMax: 50 })).toThrow('more than 50 bytes')
    expect(() => answer({ data: 1, success: 'yes' })).toThrow('neither true nor false')
    expect(() => answer({ data: 1, message: 5 })).toThrow('neither a text nor null')
  })
})
