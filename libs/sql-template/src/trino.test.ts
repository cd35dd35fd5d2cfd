import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canProduce } from './can-produce.js'
import { compileTemplate } from './compile-template.js'
import { trino } from './dialects/trino.js'
import { hostileValues } from './payloads/hostile-values.js'
import { placeholderTypes } from './placeholder-types.js'
import type { DeclaredParameter } from './program.js'
import { render } from './render.js'
import { PLAIN, scanSql } from './sql-lexer.js'

function program(template: string, params: readonly DeclaredParameter[] = []) {
  const compiled = compileTemplate(template, { dialect: 'trino', params })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  return compiled.program
}

function rendered(template: string, values: Record<string, unknown>, params: readonly DeclaredParameter[] = []) {
  const compiled = program(template, params)
  const result = render(compiled, values)
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  expect(
    canProduce(
      compiled,
      result.statements.map(({ text }) => text),
    ),
  ).toBe(true)
  return result.statements.map(({ text, values: binds }) => ({ text: text.replace(/\s+/g, ' ').trim(), binds }))
}

describe('templates for Trino', () => {
  it.each([
    ["'a\\'b", 'qqqqb'.replace('b', 'w'), ''],
    ["'a''b;'", 'qqqqqqq', 'q'],
    ['"a"";"', 'qqqqqq', 'q'],
    ['a -- b;\nc', ' ccccc', 'w'],
    ['a -- b;\rc', ' ccccccw', 'w'],
    ['/* /* */ ;', 'cccccccc ;', 'c'],
    ["U&'\\0027;'", 'wpqqqqqqqq', 'w'],
    ['a # ;', 'w p ;', 'w'],
  ])('cuts %j as Trino does', (text, part, begin) => {
    const { classes } = scanSql(text, PLAIN, trino.lexical)
    expect(classes).toContain(part)
    expect(classes.startsWith(begin)).toBe(true)
  })

  it('binds values as ?, quotes names and says what escapes in a pattern', () => {
    expect(
      rendered('SELECT {{ c | sql_ident }} FROM t WHERE a = {{ a }} AND b LIKE {{ b | sql_like_start }}', {
        c: 'x',
        a: "' --",
        b: '5%',
      }),
    ).toEqual([{ text: `SELECT "x" FROM t WHERE a = ? AND b LIKE ? ESCAPE '\\'`, binds: ["' --", '5\\%%'] }])
  })

  it.each([
    [[], '(SELECT NULL WHERE FALSE)', []],
    [[1], '(?)', [1]],
    [[1, 2, 3], '(?, ?, ?, ?)', [1, 2, 3, 3]],
  ])('spreads the list %j, padded to a power of two', (l, text, binds) => {
    expect(rendered('SELECT 1 FROM t WHERE a IN {{ l | in_list }} AND b', { l })).toEqual([
      { text: `SELECT 1 FROM t WHERE a IN ${text} AND b`, binds },
    ])
    expect(rendered('SELECT 1 FROM t WHERE a NOT IN {{ l | in_list }}', { l })[0]?.text).toContain(`a NOT IN ${text}`)
  })

  it.each([
    ['integer', 'bigint'],
    ['string', 'varchar'],
    ['date', 'date'],
    ['uuid', 'uuid'],
  ])('makes an empty list of %s an empty subquery of that type', (type, sqlType) => {
    expect(rendered('SELECT 1 WHERE a IN {{ l | in_list }}', {}, [{ name: 'l', type }])[0]?.text).toBe(
      `SELECT 1 WHERE a IN (SELECT CAST(NULL AS ${sqlType}) WHERE FALSE)`,
    )
  })

  it.each(["SELECT '{{ v }}'", 'SELECT "{{ v }}"', 'SELECT 1 -- {{ v }}', 'SELECT ?', 'SELECT /* {{ v }} */ 1'])(
    'refuses %s',
    (template) => {
      expect(compileTemplate(template, { dialect: 'trino' })).toMatchObject({ ok: false })
    },
  )

  it('tells the declared type of each value, a filter’s word first', () => {
    const params = [
      { name: 'd', type: 'date' },
      { name: 'l', type: 'array' },
      { name: 'n', type: 'integer' },
    ]
    const text = 'SELECT {{ d }}, {{ n | sql_string }}, {{ n + 1 }}, {{ x }} WHERE a IN {{ l | in_list }}'
    expect(placeholderTypes(program(text, params))).toEqual(['date', 'string', undefined, undefined, undefined])
  })

  it('never writes a value into a text, and refuses half a character', () => {
    const template = `SELECT {{ v }} FROM t {% where %}a = {{ v }} AND b IN {{ l | in_list }} AND c = {{ v | upper }}{% endwhere %}`
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileValues(1, 200)))
    fc.assert(
      fc.property(value, fc.array(value, { maxLength: 9 }), (v, l) => {
        if ([v, ...l].some((item) => typeof item === 'string' && /\p{Surrogate}/u.test(item))) return
        for (const { text } of rendered(template, { v, l })) expect(text).toMatch(/^[A-Za-z0-9_=?, ()]+$/)
      }),
    )
    expect(render(program('SELECT {{ v }}'), { v: '\ud83d' })).toMatchObject({ ok: false, faults: [{ name: 'v' }] })
  })
})
