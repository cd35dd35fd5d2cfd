import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameBinds } from './index.js'

describe('names of binds', () => {
  it.each([
    ['select :a, :b_2 + :a', 'postgres', 'select $1, $2 + $3', ['a', 'b_2', 'a']],
    ['select :a, :b_2 + :a', 'mysql', 'select ?, ? + ?', ['a', 'b_2', 'a']],
    ['select now()::date, :d::date', 'postgres', 'select now()::date, $1::date', ['d']],
    ['select \':a\', ":b", $$:c$$, $t$:d$t$ -- :e\n/* :f /* :g */ */, :h', 'postgres', undefined, ['h']],
    ["select ':a\\' :b', \":c\", `:d` # :e\n, :f", 'mysql', undefined, ['f']],
    ['set @n := 1, x = :x', 'mysql', 'set @n := 1, x = ?', ['x']],
    ['select list[1 : n], list[1: n]', 'postgres', 'select list[1 : n], list[1: n]', []],
    ['select 1', 'postgres', 'select 1', []],
  ] as const)('of %j for %s', (text, dialect, expected, names) => {
    const found = nameBinds(text, dialect)
    expect(found?.names).toEqual(names)
    if (expected !== undefined) expect(found?.text).toBe(expected)
  })

  it.each([
    ['select $1, :a', 'postgres'],
    ['select ?, :a', 'mysql'],
  ] as const)('do not mix with placeholders: %s', (text, dialect) => {
    expect(nameBinds(text, dialect)).toBeUndefined()
  })

  it('never stand in a quoted text, whatever is written in it', () => {
    fc.assert(
      fc.property(fc.string(), (inside) => {
        const quoted = `'${inside.replaceAll("'", "''")}'`
        const found = nameBinds(`select ${quoted}, :a`, 'postgres')
        expect(found).toEqual({ text: `select ${quoted}, $1`, names: ['a'] })
      }),
    )
  })
})
