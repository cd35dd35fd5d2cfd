import { describe, expect, it } from 'vitest'
import { columnsOf } from './column-types.js'
import { readPage } from './page.js'
import { zonedText } from './zoned-text.js'

const plain = (rawType: string) => ({ rawType, arguments: [] })
const inner = (value: unknown) => ({ kind: 'TYPE', value })
const named = (name: string, typeSignature: unknown) => ({
  kind: 'NAMED_TYPE',
  value: { fieldName: { name }, typeSignature },
})

/** The cell of a value as it stands in an answer. */
function cell(typeSignature: { rawType: string }, json: string): [string | null, string] {
  const page = readPage(
    JSON.stringify({ columns: [{ name: 'c', type: typeSignature.rawType, typeSignature }] }).replace(
      /\}$/,
      `,"data":[[${json}]]}`,
    ),
  )
  const [column] = columnsOf(page.columns ?? [])
  const [row] = [...page.rows()]
  return [column?.cell(row?.[0] ?? '') ?? null, column?.field.encoding ?? '']
}

describe('cells that come of what the server writes', () => {
  it.each([
    [plain('bigint'), '9223372036854775807', '9223372036854775807', 'raw'],
    [plain('decimal'), '"-12345678901234567890.1200"', '-12345678901234567890.1200', 'raw'],
    [plain('double'), '1.5E300', '1.5E300', 'raw'],
    [plain('double'), '"NaN"', null, 'raw'],
    [plain('real'), '"-Infinity"', null, 'raw'],
    [plain('time with time zone'), '"03:04:05.123+02:00"', '03:04:05.123+02:00', 'string'],
    [
      plain('timestamp with time zone'),
      '"2026-07-02 03:04:05.123 Europe/Berlin"',
      '2026-07-02T03:04:05.123+02:00',
      'string',
    ],
    [plain('interval day to second'), '"1 02:03:04.000"', '1 02:03:04.000', 'string'],
    [plain('json'), '"{\\"a\\":\\n 1}"', '{"a":  1}', 'raw'],
    [plain('ipaddress'), '"10.0.0.1"', '10.0.0.1', 'string'],
    [plain('HyperLogLog'), '"AgwBAIADRAA="', 'AgwBAIADRAA=', 'string'],
    [plain('varchar'), '"a\\"b\\u00e4\\\\"', 'a"bä\\', 'string'],
    [
      { rawType: 'array', arguments: [inner(plain('bigint'))] },
      '[ 9007199254740993 , null]',
      '[9007199254740993,null]',
      'raw',
    ],
    [{ rawType: 'array', arguments: [inner(plain('decimal'))] }, '["1.20","-0.5"]', '[1.20,-0.5]', 'raw'],
    [{ rawType: 'array', arguments: [inner(plain('double'))] }, '["NaN",1.5]', '[null,1.5]', 'raw'],
    [
      { rawType: 'map', arguments: [inner(plain('varchar')), inner(plain('timestamp'))] },
      '{"a]\\"}":"2026-01-02 03:04:05","b":null}',
      '{"a]\\"}":"2026-01-02T03:04:05","b":null}',
      'raw',
    ],
    [
      {
        rawType: 'row',
        arguments: [
          named('id', plain('bigint')),
          named('tags', { rawType: 'array', arguments: [inner(plain('varchar'))] }),
        ],
      },
      '[1,["x","]"]]',
      '{"id":1,"tags":["x","]"]}',
      'raw',
    ],
    [
      { rawType: 'row', arguments: [inner(plain('bigint')), inner(plain('json'))] },
      '[1,"[true]"]',
      '[1,[true]]',
      'raw',
    ],
  ])('%j of %s', (signature, json, expected, encoding) => {
    expect(cell(signature, json)).toEqual([expected, encoding])
  })
})

describe('times with the name of a zone', () => {
  it.each([
    ['2026-01-02 03:04:05 UTC', '2026-01-02T03:04:05Z'],
    ['2026-01-02 03:04:05.1 +05:30', '2026-01-02T03:04:05.1+05:30'],
    ['2026-01-02 03:04:05 America/Los_Angeles', '2026-01-02T03:04:05-08:00'],
    ['2026-07-02 03:04:05 America/Los_Angeles', '2026-07-02T03:04:05-07:00'],
    ['2026-10-25 01:59:59 Europe/Berlin', '2026-10-25T01:59:59+02:00'],
    ['2026-10-25 02:30:00 Europe/Berlin', '2026-10-25T02:30:00+02:00'],
    ['2026-10-25 03:00:00 Europe/Berlin', '2026-10-25T03:00:00+01:00'],
    ['2026-01-02 03:04:05 Pacific/Kiritimati', '2026-01-02T03:04:05+14:00'],
    ['2026-01-02 03:04:05 Nowhere/Land', '2026-01-02 03:04:05 Nowhere/Land'],
  ])('%s is %s', (text, expected) => {
    expect(zonedText(text)).toBe(expected)
  })
})

describe('an answer', () => {
  it.each(['', 'null', '<html>', '[]', '{"data":[[1],', '{"data":[[1', '{"a" 1}', '{"nextUri":5}', '{"columns":"x"}'])(
    'that is not of the protocol is an error: %s',
    (body) => {
      expect(() => [...readPage(body).rows()]).toThrow()
    },
  )
})
