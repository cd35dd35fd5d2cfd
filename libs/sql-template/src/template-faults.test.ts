import { describe, expect, it } from 'vitest'
import { compileTemplate, type TemplateFault } from './index.js'

function faultsOf(template: string, macros: { name: string; source: string }[] = []): readonly TemplateFault[] {
  const result = compileTemplate(template, { dialect: 'postgres', macros })
  return result.ok ? [] : result.faults
}

/** Template, line, column, what the sentence must say. */
const SYNTAX: readonly [string, number, number, RegExp][] = [
  ['SELECT {{ a', 1, 8, /never closed: end it with }}/],
  ['SELECT 1\n{% if a', 2, 1, /never closed: end it with %}/],
  ['SELECT {# x', 1, 8, /comment is never closed/],
  ['{% raw %}SELECT', 1, 1, /endraw/],
  ["SELECT {{ 'a }}", 1, 11, /string is never closed/],
  ['SELECT {{ a b }}', 1, 13, /Expected the end of the tag, found b/],
  ['SELECT {{ }}', 1, 11, /Expected an expression, found the end of the tag/],
  ['SELECT {{ (a }}', 1, 14, /Expected \) before this }/],
  ['SELECT {{ a ] }}', 1, 13, /closes nothing/],
  ['SELECT {{ a ; b }}', 1, 13, /; has no meaning here/],
  ['SELECT {{ a | }}', 1, 15, /Expected the name of a filter/],
  ['SELECT {{ f(a, b=1, c) }}', 1, 21, /without a name come before/],
  ['SELECT {{ f(*a) }}', 1, 13, /cannot be spread/],
  ['SELECT {{ 1(2) }}', 1, 12, /Only macros, functions and methods/],
  ['SELECT {{ a is defined is none }}', 1, 24, /cannot be chained/],
  ['{% if a %}SELECT 1', 1, 1, /never closed: add {% endif %}/],
  ['SELECT 1\n  {% endif %}', 2, 3, /endif %} closes nothing/],
  ['{% else %}', 1, 1, /else %} has no if or for here/],
  ['{% for x of l %}{% endfor %}', 1, 10, /Expected in, found of/],
  ['{% fro x in l %}{% endfor %}', 1, 1, /no tag fro; did you mean for\?/],
  ["{% include 'x' %}", 1, 1, /not supported: use a macro/],
  ['{% set 1 = 2 %}', 1, 8, /Expected the name of a variable, found 1/],
  ['{% set loop = 2 %}', 1, 8, /word of the language/],
  ['{% where oper=OR %}a{% endwhere %}', 1, 10, /operation=AND or operation=OR/],
  ['{% macro m( %}{% endmacro %}', 1, 14, /Expected/],
  [`SELECT {{ ${'('.repeat(120)}1${')'.repeat(120)} }}`, 1, 111, /nested too deeply/],
  [`${'{% if a %}'.repeat(60)}1${'{% endif %}'.repeat(60)}`, 1, 501, /nest at most 50 deep/],
]

const MEANING: readonly [string, number, number, RegExp][] = [
  ['SELECT {{ a | uper }}', 1, 15, /no filter uper; did you mean upper\?/],
  ['SELECT {{ a | safe }}', 1, 15, /never becomes SQL text/],
  ['SELECT {{ a | round(1, 2, 3) }}', 1, 15, /at most 2 arguments/],
  ['SELECT {{ a | replace(1) }}', 1, 15, /needs its argument new/],
  ['SELECT {{ a | round(places=1) }}', 1, 15, /no argument places/],
  ['SELECT {% if a is defind %}1{% endif %}', 1, 19, /no test defind; did you mean defined\?/],
  ['SELECT {{ f(1) }}', 1, 11, /no macro or function f/],
  ['SELECT {{ a.format(1) }}', 1, 19, /no method format/],
  ["SELECT {{ a | sql_ident(['x']) | upper }}", 1, 15, /must be the last filter/],
  ['SELECT {% if a | in_list %}1{% endif %}', 1, 18, /must be the last filter/],
  ['SELECT {{ a | sql_ident(b) }}', 1, 15, /literal list/],
  ['SELECT {{ a | sql_ident([]) }}', 1, 15, /literal list/],
  ['SELECT {{ a | sql_ident([b]) }}', 1, 15, /holds only texts/],
  ["SELECT {{ a | sql_ident(['a b']) }}", 1, 15, /a b is no name/],
  ['SELECT {{ a | in_list(1) }}', 1, 15, /takes no arguments/],
  ['{% macro m() %}1{% endmacro %}SELECT {{ m() + 1 }}', 1, 41, /must stand alone/],
  ['{% macro m() %}1{% endmacro %}SELECT {{ m }}', 1, 38, /call it/],
  ['{% macro m(a) %}1{% endmacro %}SELECT {{ m(1, 2) }}', 1, 42, /at most 1 arguments/],
  ['{% macro m(a) %}1{% endmacro %}SELECT {{ m(b=2) }}', 1, 42, /no argument b/],
  ['{% macro m() %}{{ m() }}{% endmacro %}SELECT {{ m() }}', 1, 16, /calling itself/],
  ['{% if a %}{% macro m() %}1{% endmacro %}{% endif %}', 1, 11, /outside of if and for/],
  ['{% call f() %}1{% endcall %}', 1, 1, /needs the call of a macro/],
]

const PLACES: readonly [string, number, number, RegExp][] = [
  ["SELECT '{{ a }}'", 1, 9, /inside a string literal: take the quotes away/],
  ["SELECT *\nFROM t\nWHERE a LIKE '%{{ a }}%'", 3, 16, /string literal/],
  ["SELECT E'\\'{{ a }}'", 1, 12, /string literal/],
  ["SELECT 'it''s {{ a }}'", 1, 15, /string literal/],
  ['SELECT "{{ a }}"', 1, 9, /quoted identifier/],
  ['SELECT 1 -- {{ a }}', 1, 13, /comment: make it a comment of the template/],
  ['SELECT 1 /* /* */ {{ a }} */', 1, 19, /comment/],
  ['SELECT $$ {{ a }} $$', 1, 11, /dollar-quoted/],
  ['SELECT $x$ $$ {{ a }} $x$', 1, 15, /dollar-quoted/],
  ["SELECT '{{ a | sql_ident(['x']) }}'", 1, 9, /A name or comparison cannot stand inside a string/],
  ["SELECT '{% where %}a{% endwhere %}'", 1, 9, /where block cannot stand inside/],
  ["SELECT 'a", 1, 8, /string literal begins here and never ends/],
  ['SELECT 1 /* a', 1, 10, /comment begins here and never ends/],
  ['SELECT 1 WHERE a = $1', 1, 20, /Binds are numbered by the compiler/],
  [
    "SELECT {% if a %}'{% endif %}",
    1,
    8,
    /must leave the SQL in the same state, but lead to a string literal and plain SQL/,
  ],
  ['SELECT 1 {% if a %}-- x{% endif %}\n, 2', 1, 10, /a comment and plain SQL/],
  ["SELECT {% for x in l %}'{% endfor %}", 1, 8, /loop must leave/],
  ['SELECT 1 -{% if a %}{% endif %}- {{ a }}', 1, 34, /inside a comment/],
  ['SELECT 1 -{% if a %} {% endif %}- 2', 1, 33, /put a blank between/],
  ['SELECT 1 WHERE a IN ({{ l | in_list }})', 1, 22, /without parentheses/],
  ['SELECT 1 {% where %}a = 1; SELECT 2{% endwhere %}', 1, 26, /cannot end inside a where block/],
  ['SELECT 1 {% where %}(a = 1{% endwhere %}', 1, 10, /not closed/],
  ['SELECT 1 {% where %}a BETWEEN 1{% endwhere %}', 1, 10, /not closed/],
  ['SELECT 1 {% where %}a = 1 {% where %}b{% endwhere %}{% endwhere %}', 1, 27, /cannot stand in a where block/],
  ['SELECT 1 {% where %}a = {% if x %}1 AND b = 2{% else %}2{% endif %}{% endwhere %}', 1, 25, /whole conditions/],
]

describe('faults name line, column and the way out', () => {
  it.each([...SYNTAX, ...MEANING, ...PLACES])('%s', (template, line, column, message) => {
    const [fault] = faultsOf(template)
    expect(fault?.message).toMatch(message)
    expect([fault?.line, fault?.column]).toEqual([line, column])
  })

  it('reports every misplaced value at once', () => {
    const faults = faultsOf(`SELECT '{{ a }}', "{{ b }}"\nFROM t -- {{ c }}\n WHERE x = $2`)
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [1, 9],
      [1, 20],
      [2, 11],
      [3, 12],
    ])
  })

  it('counts columns in a line, whatever the line breaks are', () => {
    expect(faultsOf("SELECT 1,\r\n\r\n '{{ a }}'")[0]).toMatchObject({ line: 3, column: 3 })
  })

  it('names the macro when the fault is in its source', () => {
    const macros = [{ name: 'lib', source: "{% macro quoted(x) %}\n'{{ x }}'{% endmacro %}" }]
    expect(faultsOf('SELECT {{ quoted(a) }}', macros)).toEqual([
      expect.objectContaining({ line: 2, column: 2, macro: 'lib' }),
    ])
  })

  it('refuses a source that is too long before it reads it', () => {
    const result = compileTemplate('SELECT 1', { dialect: 'postgres', sourceLengthMax: 7 })
    expect(result).toEqual({
      ok: false,
      faults: [{ line: 1, column: 1, message: expect.stringContaining('SQL_TEMPLATE_MAX_SIZE') }],
    })
  })

  it('stops at loops that are nested without end', () => {
    const template = `${'{% for x in l %}{{ x }},'.repeat(40)}1${'{% endfor %}'.repeat(40)}`
    expect(faultsOf(template)[0]?.message).toMatch(/nested in each other/)
  })

  it('stops at macros that write out without end', () => {
    const levels = Array.from(
      { length: 16 },
      (_, n) => `{% macro m${n + 1}() %}{{ m${n}() }}{{ m${n}() }}{% endmacro %}`,
    ).join('')
    const empty = `{% macro m0() %}{% endmacro %}${levels}SELECT {{ m16() }}`
    expect(faultsOf(empty)[0]?.message).toMatch(/too large/)
    expect(faultsOf(`{% macro m0() %}1 {% endmacro %}${levels}SELECT {{ m16() }}`)[0]?.message).toMatch(/too large/)
  })
})
