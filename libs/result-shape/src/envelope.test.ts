import type { Field, Row, StatementResult } from '@penstock/datasource'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeEnvelope, EnvelopeWriter, type Naming, quote, rowEncoder } from './index.js'

const text = (name: string): Field => ({ name, type: 'text', encoding: 'string' })
const raw = (name: string, type = 'int8'): Field => ({ name, type, encoding: 'raw' })
const rows = (fields: Field[], ...cells: Row[]): StatementResult => ({
  kind: 'rows',
  fields,
  rows: cells,
  truncated: false,
})
const encode = (results: StatementResult[], bytesMax?: number, naming: Naming = 'as-is') =>
  encodeEnvelope(results, { naming, bytesMax })
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
)

describe('the envelope', () => {
  it.each([
    [
      'rows',
      [rows([raw('id'), text('n')], ['1', 'a'], ['2', null])],
      [
        { id: 1, n: 'a' },
        { id: 2, n: null },
      ],
    ],
    ['no rows', [rows([raw('id')])], []],
    ['a count', [{ kind: 'count', count: 3 } as const], [3]],
    [
      'several',
      [rows([raw('id')], ['1']), { kind: 'count', count: 0 } as const, rows([raw('t')], ['9'])],
      [[{ id: 1 }], [0], [{ t: 9 }]],
    ],
    ['no statement', [], []],
    ['no columns', [rows([], [], [])], [{}, {}]],
  ])('holds %s', (_, results, data) => {
    expect(JSON.parse(encode(results).body)).toEqual({ success: true, message: null, data })
  })

  it('keeps every digit of raw numbers', () => {
    expect(encode([rows([raw('n')], ['9223372036854775807'], ['0.10000000000000000001'])]).body).toContain(
      '[{"n":9223372036854775807},{"n":0.10000000000000000001}]',
    )
  })

  it('is the text that JSON.stringify makes of the same objects, whatever names and cells hold', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          anyText.filter((name) => !/^\d+$/.test(name) && name !== '__proto__'),
          { maxLength: 6 },
        ),
        fc.array(fc.array(fc.option(anyText), { minLength: 6, maxLength: 6 })),
        (names, cells) => {
          const objects = cells.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])))
          expect(encode([rows(names.map(text), ...cells)]).body).toBe(
            JSON.stringify({ success: true, message: null, data: objects }),
          )
        },
      ),
    )
  })

  it('takes __proto__, constructor and digits as mere names, in order of the columns', () => {
    expect(
      encode([rows([text('__proto__'), text('2'), text('constructor'), text('1')], ['a', 'b', 'c', 'd'])]).body,
    ).toContain('{"__proto__":"a","2":"b","constructor":"c","1":"d"}')
  })

  it('lets the last of equal names win, at the place of the first', () => {
    expect(encode([rows([raw('id'), text('n'), raw('id')], ['1', 'x', '2'])]).body).toContain('[{"id":2,"n":"x"}]')
    expect(encode([rows([raw('user_id'), raw('userId')], ['1', '2'])], undefined, 'camel').body).toContain(
      '[{"userId":2}]',
    )
  })

  it('says when rows were left out before', () => {
    const result = encode([{ kind: 'rows', fields: [raw('id')], rows: [['1']], truncated: true }])
    expect(result).toEqual({
      body: '{"success":true,"message":null,"data":[{"id":1}],"truncated":true}',
      truncated: true,
      rowCount: 1,
    })
  })

  it('never exceeds its bytes, cuts at a whole row, and takes every row that fits', () => {
    const cells = fc.array(
      fc.tuple(fc.oneof(anyText, fc.constant('é'.repeat(20)), fc.constant('日本')), fc.constant(null)),
    )
    fc.assert(
      fc.property(cells, fc.nat(600), (all, bytesMax) => {
        const fields = [text('a'), text('b')]
        const encoder = rowEncoder(fields, 'as-is')
        let bytes = 0
        let fit = 0
        for (const row of all) {
          bytes += Buffer.byteLength((fit === 0 ? '' : ',') + encoder(row))
          if (bytes > bytesMax) break
          fit++
        }
        const result = encode([rows(fields, ...all)], bytesMax)
        expect(result).toMatchObject({ rowCount: fit, truncated: fit < all.length })
        expect(JSON.parse(result.body).data).toHaveLength(fit)
      }),
    )
  })

  it('takes no later row once one was left out, over all statements', () => {
    const result = encode([rows([text('a')], ['x'.repeat(50)], ['y'.repeat(500)]), rows([text('b')], ['z'])], 200)
    expect(JSON.parse(result.body)).toEqual({
      success: true,
      message: null,
      data: [[{ a: 'x'.repeat(50) }], []],
      truncated: true,
    })
  })

  it('comes out the same when rows arrive in batches', () => {
    const writer = new EnvelopeWriter({ naming: 'as-is', bytesMax: undefined })
    writer.beginRows([raw('id')])
    for (const batch of [[['1'], ['2']], [], [['3']]]) expect(writer.addRows(batch)).toBe(true)
    expect(writer.finish().body).toBe(encode([rows([raw('id')], ['1'], ['2'], ['3'])]).body)
  })

  it('reaches the keys inside of JSON columns, never their values or digits', () => {
    const cell = '{"first_name": "last_name", "list_of": [{"a_b":12345678901234567890}, "x_y\\":"], "esc\\"a_b": 1}'
    const body = encode([rows([raw('my_doc', 'jsonb'), text('t_t')], [cell, cell])], undefined, 'camel').body
    expect(body).toContain(
      '"myDoc":{"firstName": "last_name", "listOf": [{"aB":12345678901234567890}, "x_y\\":"], "esc\\"aB": 1}',
    )
    expect(body).toContain(`"tT":${JSON.stringify(cell)}`)
  })
})

describe('quoting', () => {
  it.each([
    '\u0000',
    '\u001f',
    ' ',
    '"',
    '\\',
    '\u007f',
    '\ud7ff',
    '\ud800',
    '\udbff',
    '\udc00',
    '\udfff',
    '\ue000',
    '😀',
  ])('of %j is exact at every edge', (character) => {
    for (const text of [character, `${character}${'x'.repeat(100)}`]) expect(quote(text)).toBe(JSON.stringify(text))
  })

  it('is JSON.stringify’s for any text, short or long', () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), (part, length) => {
        const whole = 'x'.repeat(length) + part
        expect(quote(whole)).toBe(JSON.stringify(whole))
      }),
    )
  })
})
