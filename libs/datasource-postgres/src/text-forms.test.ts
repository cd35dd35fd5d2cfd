import type { BindValue } from '@penstock/datasource'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrayJson } from './array-json.js'
import { bindTexts } from './bind-text.js'
import { controlsTransaction } from './transaction-words.js'

type Nested = string | null | readonly Nested[]

describe('arrays', () => {
  it('come back from the literal that they are bound as, whatever texts they hold', () => {
    const { value } = fc.letrec<{ value: Nested[]; item: Nested }>((tie) => ({
      value: fc.array(tie('item'), { minLength: 1, maxLength: 5 }),
      item: fc.oneof({ maxDepth: 3 }, fc.string({ unit: 'grapheme' }), fc.constant(null), tie('value')),
    }))
    fc.assert(
      fc.property(value, (list) => {
        const [literal] = bindTexts([list as BindValue])
        expect(JSON.parse(arrayJson(literal ?? '', ',', JSON.stringify))).toEqual(list)
      }),
    )
  })

  it('are read in time that grows with their length alone', () => {
    const literal = `{${'"\\"",'.repeat(200_000)}NULL}`
    expect(JSON.parse(arrayJson(literal, ',', JSON.stringify))).toHaveLength(200_001)
  })
})

describe('binds', () => {
  it('are the text that PostgreSQL reads for their type', () => {
    const values = [null, 'a', 1.5, -0, 1e21, 12345678901234567890n, true, false, Uint8Array.of(1, 255)]
    expect(bindTexts(values)).toEqual([
      null,
      'a',
      '1.5',
      '0',
      '1e+21',
      '12345678901234567890',
      'true',
      'false',
      '\\x01ff',
    ])
  })

  it('refuses more than the protocol can count', () => {
    expect(() => bindTexts(new Array<null>(65_536).fill(null))).toThrow('65536 binds')
  })
})

describe('controlsTransaction', () => {
  it.each([
    'COMMIT',
    ' begin',
    '-- x\nrollback',
    '/* a /* b */ c */end',
    '\t\nSTART transaction',
    'prepare x as select 1',
  ])('is true for %j', (text) => expect(controlsTransaction(text)).toBe(true))

  it.each([
    'select 1',
    '(select 1)',
    '-- commit\nselect 1',
    '/* begin',
    'commitment',
    'endless',
    '',
    'set local x = 1',
    `'commit'`,
  ])('is false for %j', (text) => expect(controlsTransaction(text)).toBe(false))

  it('reads a long run of comments once', () => {
    expect(controlsTransaction(`${'/* x */ -- y\n'.repeat(20_000)}commit`)).toBe(true)
  })
})
