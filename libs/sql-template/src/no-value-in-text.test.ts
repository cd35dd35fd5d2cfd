import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canProduce, compileTemplate, loadProgram, render, type SqlProgram } from './index.js'
import { hostileValues } from './payloads/hostile-values.js'
import { FILTERS } from './functions/filters.js'

function compiled(template: string): SqlProgram {
  const result = compileTemplate(template, { dialect: 'postgres' })
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return loadProgram(JSON.parse(JSON.stringify(result.program)))
}

/** The texts that a template makes of a value; undefined when the value is refused. */
function textsOf(program: SqlProgram, values: Record<string, unknown>): readonly string[] | undefined {
  const result = render(program, values)
  return result.ok ? result.statements.map(({ text }) => text) : undefined
}

const ARGUMENTS: Readonly<Record<string, string>> = {
  replace: "('a', other)",
  map: "(attribute='a')",
  selectattr: "('a')",
  rejectattr: "('a')",
  join: '(other)',
  trim: '(other)',
  default: '(other)',
  d: '(other, true)',
}
const VALUE_FILTERS = Object.keys(FILTERS).map((name) => `${name}${ARGUMENTS[name] ?? ''}`)
/** Every place where a value may stand, around every filter. */
const FRAMES = [
  'SELECT {{ v }}',
  'SELECT * FROM t WHERE a = {{ v }} AND b <> {{ other }}',
  'SELECT {{ v }}::text, ({{ v }})',
  'SELECT 1 WHERE x LIKE {{ v | sql_like }} OR y LIKE {{ v | sql_like_start }}',
  'SELECT 1 WHERE a IN {{ v | in_list }} AND b NOT IN {{ [v, other] }}',
  'SELECT 1 WHERE a = ANY({{ v | in_list }})',
  'INSERT INTO t VALUES {% for x in [v, other] %}({{ x }}, {{ loop.index }}){% if not loop.last %},{% endif %}{% endfor %}',
  '{% set w = v ~ other %}SELECT {{ w }}, {{ w | upper }}, {{ w[1:] }}',
  '{% macro m(x) %}f({{ x }}){% endmacro %}SELECT {{ m(v) }}, {{ m(v ~ other) }}',
  'SELECT 1 FROM t {% where %}a = {{ v }} AND b BETWEEN {{ v }} AND {{ other }}{% endwhere %}',
  'SELECT {{ v }}; DELETE FROM t WHERE a = {{ other }}',
  "SELECT {{ {'k': v} | json }}, {{ [v] }}, {{ {'k': v} }}",
  ...VALUE_FILTERS.map((filter) => `SELECT {{ v | ${filter} }}`),
]

describe('no value ever stands in a text', () => {
  it.each(FRAMES)('%s', (template) => {
    const program = compiled(template)
    const plain = textsOf(program, { v: 'harmless', other: 'plain' })
    const list = hostileValues(1, 2500)
    const check = (v: unknown, other: unknown): void => {
      const texts = textsOf(program, { v, other })
      if (texts === undefined) return // refused, as a NUL is: nothing is sent
      const asPlain = plain === undefined || texts.join('\n;\n') === plain.join('\n;\n')
      if (!asPlain || !canProduce(program, texts)) expect({ v, other, texts }).toEqual({ v, other, texts: plain })
    }
    list.forEach((value, index) => check(value, list[(index * 7) % list.length]))
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.anything({ maxDepth: 2 })), fc.string(), check), {
      numRuns: 150,
    })
  })

  it('the strict pattern of sql_ident lets only plain names through, and they come out quoted', () => {
    const program = compiled('SELECT * FROM t ORDER BY {{ v | sql_ident }}')
    const name = /^SELECT \* FROM t ORDER BY "[A-Za-z_]\w*"(\."[A-Za-z_]\w*"){0,3}$/
    for (const v of [
      ...hostileValues(2, 5000),
      'a',
      'a.b',
      'A_1.b.c.d',
      'a b',
      '1a',
      'a.',
      '.a',
      'a.b.c.d.e',
      'é',
      'a\n',
    ]) {
      for (const text of textsOf(program, { v }) ?? []) {
        expect(text).toMatch(name)
        expect(canProduce(program, [text])).toBe(true)
      }
    }
    expect(textsOf(program, { v: 'public.flights' })).toEqual(['SELECT * FROM t ORDER BY "public"."flights"'])
    expect(textsOf(program, { v: 'a\n' })).toBeUndefined()
    expect(textsOf(program, { v: 'x'.repeat(64) })).toBeUndefined()
  })

  it('sql_ident with a list writes only what is in the list', () => {
    const program = compiled("SELECT * FROM t ORDER BY {{ v | sql_ident({'when': 'f.time', 'late': 'delay'}) }}")
    const texts = new Set(
      hostileValues(3, 5000)
        .concat('when', 'late', 'f.time')
        .flatMap((v) => textsOf(program, { v }) ?? []),
    )
    expect([...texts].sort()).toEqual(['SELECT * FROM t ORDER BY "delay"', 'SELECT * FROM t ORDER BY "f"."time"'])
  })

  it('compare writes only operators of its closed set', () => {
    const program = compiled('SELECT * FROM t WHERE a {{ v | compare }}')
    const hostile = hostileValues(4, 3000)
    const inputs = hostile.flatMap((value, index) => [
      value,
      { combinator: value, values: '1' },
      { combinator: ['>', 'between', '='][index % 3], values: value },
    ])
    const texts = new Set(inputs.flatMap((v) => textsOf(program, { v }) ?? []))
    expect([...texts].sort()).toEqual([
      'SELECT * FROM t WHERE a = $1',
      'SELECT * FROM t WHERE a > $1',
      'SELECT * FROM t WHERE a BETWEEN $1 AND $2',
    ])
  })

  it('only the truth of a value decides an arm, never its content', () => {
    const program = compiled(
      "SELECT * FROM t ORDER BY a {% if v == 'desc' %}DESC{% else %}ASC{% endif %}{% if v %} LIMIT {{ v }}{% endif %}",
    )
    const texts = new Set(
      hostileValues(5, 3000)
        .concat('desc')
        .flatMap((v) => textsOf(program, { v }) ?? []),
    )
    expect([...texts].sort()).toEqual([
      'SELECT * FROM t ORDER BY a ASC',
      'SELECT * FROM t ORDER BY a ASC LIMIT $1',
      'SELECT * FROM t ORDER BY a DESC LIMIT $1',
    ])
  })

  it('reaches nothing of JavaScript through names and members', () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']) {
      const program = compiled(
        `SELECT {{ v.${name} }}, {{ v['${name}'] }}, {{ ${name} }}, {{ 'x'.${name} }}, {{ [1].${name} }}, {{ v.get('${name}') }}`,
      )
      const result = render(program, { v: { a: 1 } })
      expect(result).toMatchObject({ ok: true, statements: [{ values: [null, null, null, null, null, null] }] })
    }
    expect(compileTemplate("SELECT {{ ''.constructor('x') }}", { dialect: 'postgres' }).ok).toBe(false)
    expect(compileTemplate('SELECT {{ v | constructor }}', { dialect: 'postgres' }).ok).toBe(false)
    expect(compileTemplate('SELECT {{ toString() }}', { dialect: 'postgres' }).ok).toBe(false)
  })
})

describe('hostileValues', () => {
  it('makes the same values of the same seed, thousands of different ones', () => {
    expect(hostileValues(9, 500)).toEqual(hostileValues(9, 500))
    expect(new Set(hostileValues(9, 5000)).size).toBeGreaterThan(4000)
  })
})
