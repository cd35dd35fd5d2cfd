import type { Field } from '@penstock/datasource'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvEncoder, ndjsonEncoder } from './index.js'

const text = (name: string): Field => ({ name, type: 'text', encoding: 'string' })
const raw = (name: string, type = 'int8'): Field => ({ name, type, encoding: 'raw' })
const plain = { naming: 'as-is', guardFormulas: false } as const
const guarded = { naming: 'as-is', guardFormulas: true } as const

/** Reads RFC 4180 to the letter; an unquoted empty cell is null, as COPY has it. */
function parseCsv(csv: string): (string | null)[][] {
  const records: (string | null)[][] = []
  let record: (string | null)[] = []
  for (let at = 0; at < csv.length;) {
    let cell: string | null
    if (csv[at] === '"') {
      const quoted = /"((?:[^"]|"")*)"/y
      quoted.lastIndex = at
      cell = quoted.exec(csv)?.[1]?.replaceAll('""', '"') ?? null
      at = quoted.lastIndex
    } else {
      const bare = /[^,\r\n"]*/y
      bare.lastIndex = at
      cell = bare.exec(csv)?.[0] ?? null
      at = bare.lastIndex
      if (cell === '') cell = null
    }
    record.push(cell)
    if (csv[at] === ',') {
      at += 1
      if (csv.startsWith('\r\n', at)) record.push(null)
    }
    if (csv.startsWith('\r\n', at)) {
      at += 2
      records.push(record)
      record = []
    }
  }
  return records
}

const cell = fc.oneof(
  fc.constant(null),
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a', "'") }),
)

describe('CSV', () => {
  it('gives back every row as it was, whatever the cells hold', () => {
    const anyRows = fc
      .integer({ min: 2, max: 5 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width })))
    fc.assert(
      fc.property(anyRows, (rows) => {
        const fields = Array.from({ length: rows[0]?.length ?? 2 }, (_, index) => text(`c${index}`))
        expect(parseCsv(csvEncoder(fields, plain).encode(rows))).toEqual(rows)
      }),
    )
  })

  it('never makes an empty line of a row, which readers would skip', () => {
    expect(csvEncoder([text('only')], plain).encode([[null], [''], ['x']])).toBe('""\r\n""\r\nx\r\n')
  })

  it('tells null from empty text, quotes what needs it, and leaves numbers their digits', () => {
    const { header, encode } = csvEncoder([raw('i'), text('say "x"'), raw('doc', 'jsonb')], plain)
    expect(header).toBe('i,"say ""x""",doc\r\n')
    expect(encode([['9007199254740993', '', '{"a": 1, "b": 2}']])).toBe(
      '9007199254740993,"","{""a"": 1, ""b"": 2}"\r\n',
    )
    expect(encode([[null, null, null]])).toBe(',,\r\n')
  })

  it('guards texts and names that a spreadsheet would run, not numbers, and only when asked to', () => {
    const fields = [text('=x'), raw('n')]
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\uff1d1']
    const rows = formulas.map((formula) => [formula, '-5'])
    expect(csvEncoder(fields, guarded).header).toBe("'=x,n\r\n")
    expect(parseCsv(csvEncoder(fields, guarded).encode(rows))).toEqual(formulas.map((one) => [`'${one}`, '-5']))
    expect(parseCsv(csvEncoder(fields, plain).encode(rows))).toEqual(rows)
  })

  it('turns the names of columns and the keys inside of documents to camel case', () => {
    const { header, encode } = csvEncoder([raw('unit_price'), raw('doc', 'json')], { ...plain, naming: 'camel' })
    expect(header).toBe('unitPrice,doc\r\n')
    expect(encode([['1.10', '{"sold_at":1}']])).toBe('1.10,"{""soldAt"":1}"\r\n')
  })
})

describe('NDJSON', () => {
  it('writes one object in each line, whatever the texts hold', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
        const lines = ndjsonEncoder([text('a'), text('b')], 'as-is')(rows).split('\n')
        expect(lines.pop()).toBe('')
        expect(lines.map((line): unknown => JSON.parse(line))).toEqual(rows.map(([a, b]) => ({ a, b })))
      }),
    )
  })

  it('keeps a document with line breaks in one line', () => {
    const encode = ndjsonEncoder([raw('sold_doc', 'json'), raw('n', 'numeric')], 'camel')
    expect(encode([['{\r\n "a_b": "x\\ny"\n}', '1.10']])).toBe('{"soldDoc":{   "aB": "x\\ny" },"n":1.10}\n')
  })
})
