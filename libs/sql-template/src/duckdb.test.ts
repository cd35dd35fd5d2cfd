import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canProduce } from './can-produce.js'
import { compileTemplate } from './compile-template.js'
import { duckdb } from './dialects/duckdb.js'
import { hostileValues } from './payloads/hostile-values.js'
import { render } from './render.js'
import { PLAIN, scanSql } from './sql-lexer.js'

function rendered(template: string, values: Record<string, unknown>) {
  const compiled = compileTemplate(template, { dialect: 'duckdb' })
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

describe('templates for DuckDB', () => {
  it.each([
    ['a -- b;\nc', ' cccccc'],
    ["E'a\\'b;'", 'wqqqqqqq'],
    ["'a\\';", 'qqqq;'],
    ['"a;"', 'qqqq'],
    ['$t$ ; $t$', 'qqqqqqqqq'],
    ['/* /* ; */ ; */', 'ccccccccccccccc'],
    ['a # b;', 'w p w;'],
  ])('cuts %j as DuckDB does', (text, part) => {
    expect(scanSql(text, PLAIN, duckdb.lexical).classes).toContain(part)
  })

  it('binds values as $n and quotes names with double quotes', () => {
    expect(
      rendered('SELECT {{ c | sql_ident }} FROM t WHERE a = {{ a }} AND b = {{ b }}', { c: 'x', a: "' --", b: 2 }),
    ).toEqual([{ text: 'SELECT "x" FROM t WHERE a = $1 AND b = $2', binds: ["' --", 2] }])
  })

  it.each([
    [[], '(SELECT NULL WHERE FALSE)', []],
    [[1], '($1)', [1]],
    [[1, 2, 3], '($1, $2, $3, $4)', [1, 2, 3, 3]],
    [[1, null], '($1, $2)', [1, null]],
  ])('spreads the list %j, padded to a power of two', (l, text, binds) => {
    expect(rendered('SELECT 1 FROM t WHERE a IN {{ l | in_list }} AND b', { l })).toEqual([
      { text: `SELECT 1 FROM t WHERE a IN ${text} AND b`, binds },
    ])
    expect(rendered('SELECT 1 FROM t WHERE a NOT IN {{ l | in_list }}', { l })[0]?.text).toContain(`a NOT IN ${text}`)
  })

  it('says how a pattern is escaped, which DuckDB does not assume', () => {
    expect(rendered('SELECT 1 FROM t WHERE a LIKE {{ v | sql_like }}', { v: '50%' })).toEqual([
      { text: `SELECT 1 FROM t WHERE a LIKE $1 ESCAPE '\\'`, binds: ['50\\%'] },
    ])
  })

  it.each([
    "SELECT E'\\'{{ v }}'",
    'SELECT "{{ v }}"',
    'SELECT $$ {{ v }} $$',
    'SELECT 1 -- {{ v }}',
    'SELECT ?',
    'SELECT $1',
    'SELECT /* {{ v }} */ 1',
  ])('refuses %s', (template) => {
    expect(compileTemplate(template, { dialect: 'duckdb' })).toMatchObject({ ok: false })
  })

  it('never writes a value into a text', () => {
    const template = `SELECT {{ v }} FROM t {% where %}a = {{ v }} AND b IN {{ l | in_list }} AND c LIKE {{ v | sql_like }}{% endwhere %}`
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileValues(1, 200)))
    fc.assert(
      fc.property(value, fc.array(value, { maxLength: 9 }), (v, l) => {
        for (const { text } of rendered(template, { v, l })) expect(text).toMatch(/^[A-Za-z0-9_=$'\\, ()]+$/)
      }),
    )
  })
})
