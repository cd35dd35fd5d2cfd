import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileTemplate, render } from './index.js'

function textOf(template: string, values: Record<string, unknown>): string {
  const compiled = compileTemplate(template, { dialect: 'postgres' })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  const result = render(compiled.program, values)
  return result.ok ? result.statements.map(({ text }) => text).join(';') : JSON.stringify(result.faults)
}

const OPTIONAL = '{% if a %} AND a = {{ a }}{% endif %}{% if b %} AND b = {{ b }}{% endif %}'

describe('where', () => {
  it.each([
    [{}, 'SELECT 1 FROM t'],
    [{ a: 1 }, 'SELECT 1 FROM t WHERE a = $1'],
    [{ b: 1 }, 'SELECT 1 FROM t WHERE b = $1'],
    [{ a: 1, b: 2 }, 'SELECT 1 FROM t WHERE a = $1 AND b = $2'],
  ])('drops itself and the first connective: %j', (values, expected) => {
    expect(textOf(`SELECT 1 FROM t {% where %}${OPTIONAL}{% endwhere %}`, values)).toBe(expected)
  })

  it.each([['operation=OR'], ['operation="OR"'], ["operation='or'"], ['operation=OR '], ['operation=how']])(
    '%s joins all conditions with OR',
    (attribute) => {
      const template = `SELECT 1 {% where ${attribute} %}${OPTIONAL}{% endwhere %}`
      expect(textOf(template, { a: 1, b: 2, how: 'OR' })).toBe('SELECT 1 WHERE a = $1 OR b = $2')
    },
  )

  it('takes any other operation for AND, as users of the predecessor expect', () => {
    expect(textOf(`SELECT 1 {% where operation=how %}${OPTIONAL}{% endwhere %}`, { a: 1, b: 2, how: 'OR 1=1' })).toBe(
      'SELECT 1 WHERE a = $1 AND b = $2',
    )
  })

  it.each([
    ['a BETWEEN 1 AND 2 AND b = 3', 'a BETWEEN 1 AND 2 OR b = 3'],
    [
      'a BETWEEN SYMMETRIC f(1, 2) AND 2 AND b BETWEEN 3 AND 4',
      'a BETWEEN SYMMETRIC f(1, 2) AND 2 OR b BETWEEN 3 AND 4',
    ],
    ["a = 'x AND y' AND b = 'OR'", "a = 'x AND y' OR b = 'OR'"],
    ['"AND" = 1 AND t."OR" = 2', '"AND" = 1 OR t."OR" = 2'],
    ['(a = 1 AND b = 2) AND c = 3', '(a = 1 AND b = 2) OR c = 3'],
    ['CASE WHEN a AND b THEN 1 ELSE 2 END = 1 AND c = 3', 'CASE WHEN a AND b THEN 1 ELSE 2 END = 1 OR c = 3'],
    ["a = $$ AND $$ AND b = E'\\' AND '", "a = $$ AND $$ OR b = E'\\' AND '"],
    ['a[1 + (CASE WHEN b THEN 1 END)] = 2 AND c', 'a[1 + (CASE WHEN b THEN 1 END)] = 2 OR c'],
    ['a = 1 -- AND b = 2\n AND c = 3', 'a = 1 OR c = 3'],
    ['a /* AND */ = 1 AND land = 2 AND orders = 3', 'a   = 1 OR land = 2 OR orders = 3'],
    ['x BETWEEN (SELECT 1 WHERE a AND b) AND 3 AND d', 'x BETWEEN (SELECT 1 WHERE a AND b) AND 3 OR d'],
    ['a = 1 or b = 2 and c = 3', 'a = 1 OR b = 2 OR c = 3'],
  ])('changes only what joins conditions: %s', (body, joined) => {
    const text = textOf(`SELECT 1 {% where operation=OR %}${body}{% endwhere %}`, {})
    expect(text.replace(/ +/g, ' ')).toBe(`SELECT 1 WHERE ${joined}`.replace(/ +/g, ' '))
  })

  it('keeps an OR that the author wrote when the operation is AND', () => {
    expect(textOf('SELECT 1 {% where %}OR a = 1 OR b = 2 AND c = 3{% endwhere %}', {})).toBe(
      'SELECT 1 WHERE a = 1 OR b = 2 AND c = 3',
    )
  })

  it('joins conditions that are written without a connective', () => {
    const template =
      'SELECT 1 {% where operation=OR %}{% if a %}a = {{ a }}{% endif %} {% if b %}b = {{ b }}{% endif %}{% endwhere %}'
    expect(textOf(template, { a: 1, b: 2 })).toBe('SELECT 1 WHERE a = $1 OR b = $2')
  })

  it('leaves an if alone that stays inside one condition', () => {
    const template =
      'SELECT 1 {% where %}{% if low %}lower(name){% else %}name{% endif %} = {{ n }} AND x > {% if low %}1{% else %}2{% endif %}{% endwhere %}'
    expect(textOf(template, { low: true })).toBe('SELECT 1 WHERE lower(name) = $1 AND x > 1')
    expect(textOf(template, { low: false })).toBe('SELECT 1 WHERE name = $1 AND x > 2')
  })

  it('finds conditions in loops, macros, nested ifs and else arms', () => {
    const template =
      '{% macro eq(v) %}{% if v %} AND m = {{ v }}{% endif %}{% endmacro %}SELECT 1 {% where operation=OR %}' +
      '{% for x in l %} AND a <> {{ x }}{% endfor %}{{ eq(m) }}{% if p %}{% if q %} AND q{% else %} AND NOT q{% endif %}{% endif %}{% endwhere %}'
    expect(textOf(template, { l: [1, 2], m: 3, p: 1 })).toBe('SELECT 1 WHERE a <> $1 OR a <> $2 OR m = $3 OR NOT q')
    expect(textOf(template, {})).toBe('SELECT 1')
  })

  it('leaves out a condition whose comparison is missing', () => {
    const template = 'SELECT 1 {% where %}a = {{ a }} AND amount {{ c | compare }} AND b = {{ b }}{% endwhere %}'
    expect(textOf(template, { c: { combinator: '>', values: 5 } })).toBe(
      'SELECT 1 WHERE a = $1 AND amount > $2 AND b = $3',
    )
    expect(textOf(template, {})).toBe('SELECT 1 WHERE a = $1 AND b = $2')
    expect(textOf('SELECT 1 {% where %}amount {{ c | compare }}{% endwhere %}', {})).toBe('SELECT 1')
  })

  it('never joins with the words around it', () => {
    expect(textOf('SELECT 1 FROM t{% where %}a{% endwhere %}ORDER BY 1', {})).toBe('SELECT 1 FROM t WHERE a ORDER BY 1')
  })

  it('may stand in a subquery inside a where block', () => {
    const template =
      'SELECT 1 {% where %}a IN (SELECT b FROM u {% where %}{% if c %}AND c = {{ c }}{% endif %}{% endwhere %}) AND d = {{ d }}{% endwhere %}'
    expect(textOf(template, { c: 1 })).toBe('SELECT 1 WHERE a IN (SELECT b FROM u WHERE c = $1) AND d = $2')
    expect(textOf(template, {})).toBe('SELECT 1 WHERE a IN (SELECT b FROM u ) AND d = $1')
  })

  it('for any choice of conditions joins exactly those that are there', () => {
    const conditions = ['a = 1', "b = ' AND '", 'c BETWEEN 1 AND 2', '(d OR e)', 'CASE WHEN f THEN g END']
    const template = `SELECT 1 {% where operation=how %}${conditions.map((sql, n) => `{% if p${n} %} AND ${sql}{% endif %}`).join('\n')}{% endwhere %}`
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        fc.constantFrom('AND', 'OR'),
        (flags, how) => {
          const kept = conditions.filter((_, n) => flags[n])
          const values = { how, ...Object.fromEntries(flags.map((flag, n) => [`p${n}`, flag])) }
          const expected = kept.length === 0 ? 'SELECT 1' : `SELECT 1 WHERE ${kept.join(` ${how} `)}`
          expect(textOf(template, values)).toBe(expected)
        },
      ),
    )
  })
})
