import type { Field, Row, StatementResult } from '@penstock/datasource'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { envelope } from './index.js'

const text = (name: string): Field => ({ name, type: 'text', encoding: 'string' })
const raw = (name: string, type = 'int8'): Field => ({ name, type, encoding: 'raw' })
const rows = (fields: Field[], list: Row[], truncated = false): StatementResult => ({
  kind: 'rows',
  fields,
  rows: list,
  truncated,
})
const parsed = (results: StatementResult[], naming?: 'camel'): unknown => JSON.parse(envelope(results, naming).body)

describe('envelope', () => {
  it('gives one statement’s rows as an array of objects', () => {
    const results = [
      rows(
        [raw('id'), text('name')],
        [
          ['1', 'Ann "A"'],
          ['2', null],
        ],
      ),
    ]
    expect(parsed(results)).toEqual({
      success: true,
      message: null,
      data: [
        { id: 1, name: 'Ann "A"' },
        { id: 2, name: null },
      ],
    })
    expect(envelope(results).rows).toBe(2)
  })

  it('gives a count as an array of one number, and no rows as an empty array', () => {
    expect(parsed([{ kind: 'count', count: 3 }])).toMatchObject({ data: [3] })
    expect(parsed([rows([raw('id')], [])])).toMatchObject({ data: [] })
  })

  it('gives several statements as an array of each', () => {
    const results = [rows([raw('id')], [['1']]), { kind: 'count' as const, count: 2 }, rows([raw('total')], [['7']])]
    expect(parsed(results)).toMatchObject({ data: [[{ id: 1 }], [2], [{ total: 7 }]] })
    expect(parsed([])).toMatchObject({ data: [] })
  })

  it('says when a cap cut it', () => {
    expect(parsed([rows([raw('id')], [['1']], true)])).toMatchObject({ truncated: true })
    expect(envelope([rows([raw('id')], [['1']])]).body).not.toContain('truncated')
  })

  it('keeps every digit of big integers and decimals', () => {
    const { body } = envelope([
      rows([raw('big'), raw('money', 'numeric')], [['9223372036854775807', '0.10000000000000000001']]),
    ])
    expect(body).toContain('"big":9223372036854775807,"money":0.10000000000000000001')
  })

  it('lets the last of columns with equal names win', () => {
    expect(envelope([rows([raw('n'), text('m'), raw('n')], [['1', 'x', '2']])]).body).toContain('[{"m":"x","n":2}]')
  })

  it('writes camel keys on demand, also inside json values, and never touches values', () => {
    const results = [
      rows([raw('row_count'), raw('extra_data', 'jsonb')], [['1', '{"inner_key": "a_b", "n": [{"deep_key": 1}]}']]),
    ]
    expect(parsed(results, 'camel')).toMatchObject({
      data: [{ rowCount: 1, extraData: { innerKey: 'a_b', n: [{ deepKey: 1 }] } }],
    })
  })

  it('is valid JSON with the same content for any names and any text', () => {
    const table = fc
      .uniqueArray(fc.string(), { minLength: 1, maxLength: 5 })
      .chain((names) =>
        fc.tuple(
          fc.constant(names),
          fc.array(
            fc.array(fc.option(fc.string({ unit: 'binary' })), { minLength: names.length, maxLength: names.length }),
          ),
        ),
      )
    fc.assert(
      fc.property(table, ([names, list]) => {
        const body: unknown = JSON.parse(envelope([rows(names.map(text), list)]).body)
        const expected = list.map(
          (row) =>
            JSON.parse(
              `{${names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(row[i])}`).join(',')}}`,
            ) as unknown,
        )
        expect(body).toEqual({ success: true, message: null, data: expected })
      }),
    )
  })
})
