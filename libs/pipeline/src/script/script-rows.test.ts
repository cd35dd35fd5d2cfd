import type { Field } from '@penstock/datasource'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactJson, scriptData, scriptRows } from './script-rows.js'

const field = (type: string, encoding: Field['encoding'] = 'raw'): Field => ({ name: 'n', type, encoding })
const cellOf = (type: string, cell: string): unknown => {
  const text = scriptRows({ kind: 'rows', fields: [field(type)], rows: [[cell]], truncated: false })
  return (JSON.parse(text) as { n: unknown }[])[0]?.n
}

describe('rows for scripts', () => {
  it.each([
    ['int8', '9007199254740991', 9007199254740991],
    ['int8', '9007199254740993', '9007199254740993'],
    ['int8', '-9007199254740993', '-9007199254740993'],
    ['numeric', '12345678901234.5', 12345678901234.5],
    ['numeric', '0.1234567890123456', '0.1234567890123456'],
    ['numeric', '0.000000000000001', 0.000000000000001],
    ['float8', '0.30000000000000004', 0.30000000000000004],
    ['_int8', '[1,9007199254740993,null]', [1, '9007199254740993', null]],
    ['jsonb', '{"a":1.5}', { a: 1.5 }],
    ['bool', 'true', true],
  ])('keep every digit of %s %s', (type, cell, expected) => {
    expect(cellOf(type, cell)).toEqual(expected)
  })

  it('give back every whole number as itself, as a number or as its digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (number) => {
        expect(BigInt(cellOf('int8', number.toString()) as number | string)).toBe(number)
      }),
    )
  })

  it('stand as the envelope has them: counts, several statements, none', () => {
    const rows = { kind: 'rows', fields: [field('int4')], rows: [['1']], truncated: false } as const
    expect(JSON.parse(scriptData([rows]))).toEqual([{ n: 1 }])
    expect(JSON.parse(scriptData([{ kind: 'count', count: 3 }, rows]))).toEqual([[3], [{ n: 1 }]])
    expect(scriptData([])).toBe('[]')
  })

  it('of a page keep their digits, and texts stay as they are', () => {
    const text = '{"a":9007199254740993,"b":"9007199254740993 \\" 1","c":[1.5]}'
    expect(JSON.parse(exactJson(text))).toEqual({ a: '9007199254740993', b: '9007199254740993 " 1', c: [1.5] })
  })
})
