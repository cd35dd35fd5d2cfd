import type { BindValue } from '@penstock/datasource'
import { trinoTokens, usingValues } from '@penstock/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { literalOf } from './literal.js'
import { statementText } from './statement-text.js'

/** What a server reads of a literal: exactly one value, or nothing at all. */
function read(literal: string) {
  const values = usingValues(trinoTokens(literal))
  expect(values).toHaveLength(1)
  return values[0]
}

const character = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  fc.constantFrom(
    "'",
    "''",
    '\\',
    '\\\\',
    '\\0041',
    '\\+01F600',
    '"',
    '\0',
    '\r\n',
    '--',
    '/*',
    ';',
    '?',
    "U&'",
    '\u{1f600}',
  ),
)
const text = fc.array(character, { maxLength: 40 }).map((parts) => parts.join(''))
const whole = (value: string): boolean => !/\p{Surrogate}/u.test(value)

describe('a literal', () => {
  it('is read as the text that it was made of, whatever that is, and never ends early', () => {
    fc.assert(
      fc.property(text.filter(whole), (value) => {
        const literal = literalOf(value, undefined)
        expect(literal).toMatch(/^[ -~]*$/)
        expect(read(literal)).toEqual({ type: 'varchar', text: value })
        expect(read(literalOf(value, 'string'))).toEqual({ type: 'varchar', text: value })
        expect(read(literalOf(value, 'object'))).toEqual({ type: 'json', text: value })
      }),
      { numRuns: 2000 },
    )
  })

  it('of every character of the first plane is read as it', () => {
    for (let code = 0; code <= 0xffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const value = `a${String.fromCodePoint(code)}b`
      expect(read(literalOf(value, 'string'))?.text).toBe(value)
    }
  })

  it('keeps the digits of whole numbers of any size', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), (value) => {
        expect(read(literalOf(value, undefined))?.text).toBe(String(value))
        expect(read(literalOf(String(value), 'integer'))?.text).toBe(String(value))
      }),
    )
  })

  it('keeps the value of numbers', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(read(literalOf(value, undefined))?.text)).toBe(Object.is(value, -0) ? 0 : value)
        expect(Number(read(literalOf(value, 'number'))?.text)).toBe(Object.is(value, -0) ? 0 : value)
      }),
    )
  })

  it('keeps dates', () => {
    const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(date, (value) => {
        const iso = value.toISOString()
        expect(read(literalOf(iso.slice(0, 10), 'date'))).toEqual({ type: 'date', text: iso.slice(0, 10) })
        expect(literalOf(iso, 'datetime')).toBe(`TIMESTAMP '${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC'`)
      }),
    )
  })

  it.each<[BindValue, string | undefined, string]>([
    [null, 'date', 'NULL'],
    [null, undefined, 'NULL'],
    ["O'Brien", undefined, "'O''Brien'"],
    ['a\\b', undefined, "'a\\b'"],
    ['ü\\', undefined, "U&'\\00FC\\\\'"],
    ['\u{1f600}', 'string', "U&'\\+01F600'"],
    [5, undefined, '5'],
    [5, 'number', "DECIMAL '5'"],
    [-5, 'integer', '-5'],
    ['0099', 'integer', '99'],
    [1.5, undefined, "DECIMAL '1.5'"],
    [1e300, 'number', "DOUBLE '1e+300'"],
    [-(2n ** 63n), undefined, "BIGINT '-9223372036854775808'"],
    [2n ** 63n, 'integer', "DECIMAL '9223372036854775808'"],
    [5, 'string', "'5'"],
    [true, 'boolean', 'TRUE'],
    ['false', 'boolean', 'FALSE'],
    [false, undefined, 'FALSE'],
    ['2026-01-02', 'date', "DATE '2026-01-02'"],
    ['2026-01-02', 'datetime', "TIMESTAMP '2026-01-02 00:00:00'"],
    ['2026-01-02T03:04:05.5Z', 'datetime', "TIMESTAMP '2026-01-02 03:04:05.5 UTC'"],
    ['2026-01-02 03:04', 'datetime', "TIMESTAMP '2026-01-02 03:04'"],
    ['2026-01-02T03:04:05+0230', 'datetime', "TIMESTAMP '2026-01-02 03:04:05 +02:30'"],
    ['12151fd2-7586-11e9-8f9e-2a86e4085a59', 'uuid', "UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'"],
    ['{"a":1}', 'object', `JSON '{"a":1}'`],
    [Uint8Array.of(0, 39, 255), undefined, "X'0027ff'"],
    [[1, 'a', null], undefined, "ARRAY[1, 'a', NULL]"],
    [['2026-01-02'], 'date', "ARRAY[DATE '2026-01-02']"],
    [[], undefined, 'ARRAY[]'],
  ])('of %s declared as %s is %s', (value, type, literal) => {
    expect(literalOf(value, type)).toBe(literal)
  })

  it.each<[BindValue, string | undefined]>([
    ["2026-01-02' OR '1'='1", 'date'],
    ['2026-01-02\n', 'date'],
    ["2026-01-02 03:04:05' --", 'datetime'],
    ['1; DROP TABLE t', 'integer'],
    ['1.5', 'integer'],
    ['', 'integer'],
    ['0x10', 'number'],
    ['1e400x', 'number'],
    ['NaN', 'number'],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, 'number'],
    ['yes', 'boolean'],
    ['12151fd2', 'uuid'],
    ['\ud83d', 'string'],
    ['\udc00 ', 'object'],
  ])('is refused for %s declared as %s', (value, type) => {
    expect(() => literalOf(value, type)).toThrow(expect.objectContaining({ code: 'STATEMENT_REJECTED' }))
  })
})

describe('the text of a statement', () => {
  it('goes as it is when it has no values, and as a string of EXECUTE IMMEDIATE when it has', () => {
    expect(statementText({ text: "SELECT 'a'", values: [] })).toBe("SELECT 'a'")
    expect(statementText({ text: "SELECT 'a', ?", values: ["b'"], types: ['string'] })).toBe(
      "EXECUTE IMMEDIATE 'SELECT ''a'', ?' USING 'b'''",
    )
  })

  it('is refused when servers would not take one so long', () => {
    const long = { text: 'SELECT ?', values: ['x'.repeat(1_000_000)] }
    expect(() => statementText(long)).toThrow(expect.objectContaining({ code: 'STATEMENT_REJECTED' }))
  })
})
