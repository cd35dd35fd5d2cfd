import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compileTemplate,
  enumerateShapes,
  placeInTemplate,
  render,
  type DeclaredParameter,
  type ShapeReport,
  type SqlProgram,
} from '../index.js'

function compiled(template: string, params: DeclaredParameter[] = []): SqlProgram {
  const result = compileTemplate(template, { dialect: 'postgres', params })
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return result.program
}

const texts = (report: ShapeReport): string[] =>
  report.shapes.map((shape) => shape.statements.map(({ text }) => text).join(' ; '))
const shapesOf = (template: string, params: DeclaredParameter[] = []): string[] =>
  texts(enumerateShapes(compiled(template, params))).sort()

describe('enumerateShapes', () => {
  it('of a template without choices is its one text, 1 of 1', () => {
    expect(enumerateShapes(compiled('SELECT {{ a }}; SELECT 2'))).toMatchObject({
      shapes: [
        {
          statements: [
            { text: 'SELECT $1', placeholders: [0] },
            { text: 'SELECT 2', placeholders: [] },
          ],
          reachable: true,
        },
      ],
      covered: 1,
      total: 1,
      uncovered: [],
      open: false,
    })
  })

  it('takes every arm, and each pair of neighbours both ways', () => {
    const report = enumerateShapes(
      compiled('SELECT {% if a %}1{% else %}2{% endif %}, {% if b %}3{% elif c %}4{% else %}5{% endif %}'),
    )
    expect(texts(report).sort()).toEqual([
      'SELECT 1, 3',
      'SELECT 1, 4',
      'SELECT 1, 5',
      'SELECT 2, 3',
      'SELECT 2, 4',
      'SELECT 2, 5',
    ])
    expect([report.covered, report.total]).toEqual([11, 11])
  })

  it('never makes a text that no call can send: conditions on the same parameter agree', () => {
    const template =
      'SELECT 1 FROM t {% if c %}JOIN c USING (id){% endif %} WHERE 1 = 1 {% if c %}AND c.x = {{ c }}{% endif %}{% if not c %}AND t.x IS NULL{% endif %}'
    const report = enumerateShapes(compiled(template))
    expect(texts(report).sort()).toEqual([
      'SELECT 1 FROM t  WHERE 1 = 1  AND t.x IS NULL',
      'SELECT 1 FROM t JOIN c USING (id) WHERE 1 = 1 AND c.x = $1',
    ])
    expect(report.covered).toBe(report.total)
  })

  it.each<[string, DeclaredParameter[], string[]]>([
    ["SELECT 1 ORDER BY {{ s | sql_ident(['a', 'b']) }}", [], ['SELECT 1 ORDER BY "a"', 'SELECT 1 ORDER BY "b"']],
    [
      'SELECT 1 ORDER BY {{ s | sql_ident }}',
      [{ name: 's', enum: ['a', 'b'] }],
      ['SELECT 1 ORDER BY "a"', 'SELECT 1 ORDER BY "b"'],
    ],
    [
      "SELECT 1 {% if d == 'desc' %}DESC{% endif %}",
      [{ name: 'd', enum: ['asc', 'up'] }],
      ['SELECT 1', 'SELECT 1 DESC'],
    ],
    ['SELECT {% if a is defined %}1{% else %}2{% endif %}', [{ name: 'a', required: true }], ['SELECT 1', 'SELECT 2']],
    [
      'SELECT {% if a %}1{% else %}2{% endif %}',
      [{ name: 'a', default: 5, type: 'integer' }],
      ['SELECT 1', 'SELECT 2'],
    ],
    [
      'SELECT {% if n > 5 %}1{% elif n == 5 %}2{% else %}3{% endif %}',
      [{ name: 'n', type: 'integer' }],
      ['SELECT 1', 'SELECT 2', 'SELECT 3'],
    ],
    [
      'SELECT {% if n is none %}1{% elif n is defined %}2{% else %}3{% endif %}',
      [],
      ['SELECT 1', 'SELECT 2', 'SELECT 3'],
    ],
    [
      "SELECT {% if l | length > 2 %}1{% else %}2{% endif %}{% if 'x' in l %}3{% endif %}",
      [{ name: 'l', type: 'array' }],
      ['SELECT 1', 'SELECT 2', 'SELECT 23'],
    ],
    [
      'SELECT 1{% for r in rows %}, {{ r.a }}{% if r.kind == 1 %}+ 1{% endif %}{% endfor %}',
      [],
      ['SELECT 1', 'SELECT 1, $1', 'SELECT 1, $1+ 1', 'SELECT 1, $1+ 1, $2+ 1', 'SELECT 1, $1, $2'],
    ],
    [
      "SELECT {% for c in cols.split(',') %}{% if not loop.first %}, {% endif %}{{ c | sql_ident(['a', 'b']) }}{% endfor %}",
      [{ name: 'cols', required: true }],
      ['SELECT  "a"', 'SELECT  "a",  "b"'],
    ],
    ['{% set wanted = a or b %}SELECT {% if wanted %}1{% else %}2{% endif %}', [], ['SELECT 1', 'SELECT 2']],
    [
      '{% macro m(x) %}{% if x %}{{ x }}{% else %}0{% endif %}{% endmacro %}SELECT {{ m(a) }}, {{ m(b) }}',
      [],
      ['SELECT $1, $2', 'SELECT $1, 0', 'SELECT 0, $1', 'SELECT 0, 0'],
    ],
    ['SELECT 1{% for x in [1, 2] %}, {{ x }}{% endfor %}', [], ['SELECT 1, $1, $2']],
  ])('%s', (template, params, expected) => {
    expect(shapesOf(template, params)).toEqual(expect.arrayContaining(expected))
    const possible = new Set(shapesOf(template, params))
    expect([...possible].filter((text) => !expected.includes(text))).toEqual([])
  })

  it('covers each operator of compare, and its absence in a where block', () => {
    const report = enumerateShapes(compiled('SELECT 1 {% where %}a {{ c | compare }}{% endwhere %}'))
    expect(texts(report)).toHaveLength(8)
    expect([report.covered, report.total]).toEqual([8, 8])
  })

  it('takes an arm by force when no values are found that lead there, and says so', () => {
    const report = enumerateShapes(compiled("SELECT {% if a | first == 'q' %}1{% else %}2{% endif %}"))
    expect(report.shapes.map(({ reachable }) => reachable)).toEqual([true, false])
    expect([report.covered, report.total]).toEqual([2, 2])
  })

  it('says where an arm is that was never taken', () => {
    const report = enumerateShapes(compiled("SELECT 1\n{% if d == 'x' %}{{ 1 / 0 }}{% endif %}"))
    expect(report).toMatchObject({ covered: 1, total: 2, uncovered: [{ line: 2, column: 1 }] })
  })

  it('says when a name that no list closes is part of a text', () => {
    expect(enumerateShapes(compiled('SELECT {{ a | sql_ident }}')).open).toBe(true)
    expect(enumerateShapes(compiled("SELECT {{ a | sql_ident(['x']) }}")).open).toBe(false)
  })

  it('stops at the given number, after what counts most', () => {
    const many = Array.from({ length: 40 }, (_, n) => `{% if p${n} %} AND c${n} = {{ p${n} }}{% endif %}`).join('')
    const program = compiled(`SELECT 1 {% where %}${many}{% endwhere %}`)
    const report = enumerateShapes(program, { max: 100 })
    expect(report.shapes).toHaveLength(100)
    expect(report.covered).toBeLessThanOrEqual(report.total)
    expect(enumerateShapes(program).shapes).toHaveLength(256)
    expect(enumerateShapes(program)).toMatchObject({ covered: 236, total: 236 })
  })

  it('makes exactly the texts that render makes of the same values, casts included', () => {
    const program = compiled(
      "SELECT 1 {% where operation=how %}{% if a %} AND a = {{ a }}{% endif %} AND m {{ m | compare }}{% if b == 'x' %} AND b IN {{ l }}{% endif %}{% endwhere %} ORDER BY {{ s | default('u') | sql_ident(['u', 'v']) }}; SELECT {{ a }}",
    )
    const casts = Object.fromEntries(program.placeholders.map(({ id }) => [id, 'text']))
    const { shapes } = enumerateShapes(program, { casts })
    for (const { values, statements } of shapes) {
      const result = render(program, values, { casts })
      expect(result.ok && result.statements.map(({ text }) => text)).toEqual(statements.map(({ text }) => text))
    }
    const known = new Set(shapes.flatMap(({ statements }) => statements.map(({ text }) => text)))
    const choice = { how: fc.constantFrom('AND', 'OR'), s: fc.constantFrom('u', 'v'), l: fc.array(fc.integer()) }
    const call = fc.record({
      a: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
      b: fc.constantFrom('x', 'y', undefined),
      ...choice,
    })
    fc.assert(
      fc.property(call, (values) => {
        const result = render(program, values, { casts })
        return !result.ok || result.statements.every(({ text }) => known.has(text))
      }),
    )
  })
})

describe('placeInTemplate', () => {
  it('tells where a character of a text is from: texts, binds, macros, later statements', () => {
    const macros = [{ name: 'lib', source: '{% macro one(x) %}\n f({{ x }}){% endmacro %}' }]
    const template =
      'SELECT 0;\n\n  SELECT {{ a }},\n bad,\n {{ one(b) }} {% where %}\n  AND wrong = {{ a }}\n{% endwhere %}\nORDER BY x'
    const result = compileTemplate(template, { dialect: 'postgres', macros })
    const statement = result.ok ? enumerateShapes(result.program).shapes[0]?.statements[1] : undefined
    const place = (part: string): unknown => statement && placeInTemplate(statement, statement.text.indexOf(part) + 1)
    expect(place('SELECT')).toEqual({ line: 3, column: 3 })
    expect(place('$1')).toEqual({ line: 3, column: 10 })
    expect(place('bad')).toEqual({ line: 4, column: 2 })
    expect(place('f(')).toEqual({ line: 2, column: 2, macro: 'lib' })
    expect(place('wrong')).toEqual({ line: 6, column: 7 })
    expect(place('ORDER')).toEqual({ line: 8, column: 1 })
  })
})
