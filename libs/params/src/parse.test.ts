import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JSON_DEPTH_MAX, parseJson, parseQuery, QUERY_PAIRS_MAX } from './index.js'

describe('parseQuery', () => {
  it('reads what URLSearchParams reads, repeated names as lists', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))), (pairs) => {
        const text = new URLSearchParams(pairs).toString()
        const expected: [string, string | string[]][] = [...new Set(pairs.map(([name]) => name))].map((name) => {
          const values = pairs.filter((pair) => pair[0] === name).map(([, value]) => value)
          return [name, values.length === 1 ? (values[0] ?? '') : values]
        })
        expect(new Map(Object.entries(parseQuery(text) ?? {}))).toEqual(new Map(expected))
      }),
    )
  })

  it.each([
    ['', {}],
    ['a', { a: '' }],
    ['a=', { a: '' }],
    ['=b', { '': 'b' }],
    ['&&a=1&', { a: '1' }],
    ['a=b=c', { a: 'b=c' }],
    ['a&b=c', { a: '', b: 'c' }],
    ['a+b=c%20d+e', { 'a b': 'c d e' }],
    ['a=%2B', { a: '+' }],
    ['a=1&a=2&a=3', { a: ['1', '2', '3'] }],
  ])('%j', (text, expected) => {
    expect({ ...parseQuery(text) }).toEqual(expected)
  })

  it.each(['a=%', 'a=%zz', '%ff=1', `${'a&'.repeat(QUERY_PAIRS_MAX)}a`])('refuses query %#', (text) => {
    expect(parseQuery(text)).toBeUndefined()
  })

  it('has no prototype that a name could reach', () => {
    const query = parseQuery('__proto__=1&constructor=2') ?? {}
    expect(Object.entries(query)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
    expect(query['toString']).toBeUndefined()
  })
})

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        fc.pre(!/\d{16}/.test(JSON.stringify(value)))
        const text = JSON.stringify(value, null, indent)
        expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
        // A long digit run makes the exact reader run over the same value.
        expect(parseJson(`[${text}, "1234567890123456"]`)).toEqual({
          ok: true,
          value: [JSON.parse(text), '1234567890123456'],
        })
      }),
      { numRuns: 500 },
    )
  })

  it('keeps whole numbers exactly, however long, at any depth', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (whole) => {
        const safe = Number.isSafeInteger(Number(whole)) ? Number(whole) : whole
        expect(parseJson(`{"a\\"": [ ${whole} , {"b":${whole}}], "c": 1.5e3, "d": {}, "e": [ ]}`)).toEqual({
          ok: true,
          value: { 'a"': [safe, { b: safe }], c: 1500, d: {}, e: [] },
        })
      }),
    )
  })

  it('keeps __proto__ as a member of its own', () => {
    for (const text of ['{"__proto__": 1}', '{"__proto__": 12345678901234567890}']) {
      const parsed = parseJson(text)
      expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(['__proto__'])
    }
  })

  it.each(['', '{', '[1,]', "{'a':1}", 'undefined', '01', '"a'])('refuses %j', (text) => {
    expect(parseJson(text)).toEqual({ ok: false, message: 'is not valid JSON' })
  })

  it('refuses what is nested too deep, and takes brackets inside of strings for text', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseJson(nested(JSON_DEPTH_MAX)).ok).toBe(true)
    expect(parseJson(nested(JSON_DEPTH_MAX + 1)).ok).toBe(false)
    expect(parseJson(JSON.stringify(['[{\\"'.repeat(200)])).ok).toBe(true)
    expect(parseJson(nested(100_000)).ok).toBe(false)
  })
})
