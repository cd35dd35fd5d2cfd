import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canProduce } from './can-produce.js'
import { compileTemplate } from './compile-template.js'
import { mysql } from './dialects/mysql.js'
import { hostileValues } from './payloads/hostile-values.js'
import { render } from './render.js'
import { PLAIN, scanSql } from './sql-lexer.js'

function rendered(template: string, values: Record<string, unknown>) {
  const compiled = compileTemplate(template, { dialect: 'mysql' })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  const result = render(compiled.program, values)
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  expect(
    canProduce(
      compiled.program,
      result.statements.map(({ text }) => text),
    ),
  ).toBe(true)
  return result.statements.map(({ text, values: binds }) => ({ text: text.replace(/\s+/g, ' ').trim(), binds }))
}

describe('templates for MySQL', () => {
  it.each([
    ['a # b;\nc', ' ccccc', 'w'],
    ["'a\\'b;'", 'qqqqqqq', ''],
    ['"a;"', 'qqqq', ''],
    ['`a;`', 'qqqq', ''],
    ['a -- b;', 'cccc', 'w'],
    ['1--1;', '', 'w'],
    ['/* ; */', 'ccccccc', ''],
    ['/*! ; */', '', 'p'],
    ['$$;$$', ';', 'w'],
  ])('cuts %j as MySQL does', (text, part, begin) => {
    const { classes } = scanSql(text, PLAIN, mysql.lexical)
    expect(classes).toContain(part)
    expect(classes.startsWith(begin)).toBe(true)
  })

  it('binds values as ? and quotes names with backticks', () => {
    expect(
      rendered('SELECT {{ c | sql_ident }} FROM t WHERE a = {{ a }} AND b = {{ b }}', { c: 'x', a: "' --", b: 2 }),
    ).toEqual([{ text: 'SELECT `x` FROM t WHERE a = ? AND b = ?', binds: ["' --", 2] }])
  })

  it.each([
    [[], '(SELECT NULL FROM DUAL WHERE FALSE)', []],
    [[1], '(?)', [1]],
    [[1, 2, 3], '(?, ?, ?, ?)', [1, 2, 3, 3]],
    [[1, null], '(?, ?)', [1, null]],
  ])('spreads the list %j, padded to a power of two', (l, text, binds) => {
    expect(rendered('SELECT 1 FROM t WHERE a IN {{ l | in_list }} AND b', { l })).toEqual([
      { text: `SELECT 1 FROM t WHERE a IN ${text} AND b`, binds },
    ])
    expect(rendered('SELECT 1 FROM t WHERE a NOT IN {{ l | in_list }}', { l })[0]?.text).toContain(`a NOT IN ${text}`)
  })

  it.each([
    "SELECT '\\'{{ v }}'",
    'SELECT `{{ v }}`',
    'SELECT 1 # {{ v }}',
    'SELECT 1 -- {{ v }}',
    'SELECT ?',
    'SELECT /* {{ v }} */ 1',
  ])('refuses %s', (template) => {
    expect(compileTemplate(template, { dialect: 'mysql' })).toMatchObject({ ok: false })
  })

  it('never writes a value into a text', () => {
    const template = `SELECT {{ v }} FROM t {% where %}a = {{ v }} AND b IN {{ l | in_list }} AND c LIKE {{ v | sql_like }}{% endwhere %}`
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileValues(1, 200)))
    fc.assert(
      fc.property(value, fc.array(value, { maxLength: 9 }), (v, l) => {
        for (const { text } of rendered(template, { v, l })) expect(text).toMatch(/^[A-Za-z0-9_=?, ()]+$/)
      }),
    )
  })
})
