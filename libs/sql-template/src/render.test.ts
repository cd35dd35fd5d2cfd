import { describe, expect, it } from 'vitest'
import {
  canProduce,
  compileTemplate,
  loadProgram,
  parametersUsed,
  ProgramUnusable,
  render,
  type CompileOptions,
  type SqlProgram,
} from './index.js'

function compiled(template: string, options: Partial<CompileOptions> = {}): SqlProgram {
  const result = compileTemplate(template, { dialect: 'postgres', ...options })
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return result.program
}

function rendered(
  template: string,
  values: Record<string, unknown> = {},
  options: Partial<CompileOptions> = {},
): unknown {
  const result = render(compiled(template, options), values)
  return result.ok ? result.statements.map(({ text, values: binds }) => [text, ...binds]) : result.faults
}

describe('statements', () => {
  it.each([
    ['SELECT 1', [['SELECT 1']]],
    [
      'SELECT {{ a }}; SELECT {{ b }}, {{ a }};',
      [
        ['SELECT $1', 1],
        ['SELECT $1, $2', 2, 1],
      ],
    ],
    [" ;; SELECT ';' ; -- nothing\n ; /* nothing */ ;", [["SELECT ';'"]]],
    ["SELECT $$;$$, E'\\';', \";\" ; SELECT 2", [["SELECT $$;$$, E'\\';', \";\""], ['SELECT 2']]],
    [
      '{% if a %}SELECT 1;{% endif %}SELECT 2{% if b %}; SELECT {{ b }}{% endif %}',
      [['SELECT 1'], ['SELECT 2'], ['SELECT $1', 2]],
    ],
    ['{% if missing %}SELECT 1;{% endif %}', []],
    [
      '{% for x in [1, 2] %}SELECT {{ x }};{% endfor %}',
      [
        ['SELECT $1', 1],
        ['SELECT $1', 2],
      ],
    ],
    ['', []],
  ])('%s', (template, expected) => {
    expect(rendered(template, { a: 1, b: 2 })).toEqual(expected)
  })

  it('have a blank wherever a bind would join with a word', () => {
    expect(rendered('SELECT{{ a }}FROM t LIMIT{{ a }}{{ a }}', { a: 1 })).toEqual([
      ['SELECT $1 FROM t LIMIT $2 $3', 1, 1, 1],
    ])
    expect(
      rendered('SELECT {{ a }}::int, {{ a }}[1], -{{ a }}, ({{ a }}).x, {{ a }}{% if a %}0{% endif %}', { a: 1 }),
    ).toEqual([['SELECT $1::int, $2[1], -$3, ($4).x, $5 0', 1, 1, 1, 1, 1]])
  })

  it('carry the placeholder of each bind', () => {
    const result = render(compiled('{% for x in l %}{{ x }},{{ a }},{% endfor %}1'), { l: [5, 6], a: 7 })
    expect(result).toMatchObject({
      statements: [{ text: '$1,$2,$3,$4,1', values: [5, 7, 6, 7], placeholders: [0, 1, 0, 1] }],
    })
  })
})

describe('casts', () => {
  it('are written behind the bind that they were decided for, on both ways of rendering', () => {
    for (const template of ['SELECT {{ a }}, {{ b }}', '{% if true %}SELECT {% endif %}{{ a }}, {{ b }}']) {
      const program = compiled(template)
      const casts = { 1: 'int8' }
      const result = render(program, { a: 1, b: 2 }, { casts })
      expect(result).toMatchObject({ statements: [{ text: 'SELECT $1, $2::int8' }] })
      expect(canProduce(program, ['SELECT $1, $2::int8'], casts)).toBe(true)
    }
  })

  it('are names of types and nothing else', () => {
    const program = compiled('SELECT {{ a }}')
    for (const cast of ['int8', 'int8[]', 'numeric(10,2)', 'double precision', 'timestamp with time zone']) {
      expect(render(program, { a: 1 }, { casts: { 0: cast } })).toMatchObject({ ok: true })
    }
    for (const cast of ['int8; DROP TABLE x', "int8'", 'int8 --', '', 'x(y)']) {
      expect(() => render(program, { a: 1 }, { casts: { 0: cast } })).toThrow(/not the name of a type/)
    }
  })
})

describe('limits of one call', () => {
  it('end loops, texts and binds, and name the parameter', () => {
    const many = Array.from({ length: 1001 }, (_, n) => n)
    expect(rendered('{% for x in l %}{% for y in l %}{% endfor %}{% endfor %}SELECT 1', { l: many })).toEqual([
      { name: 'l', message: expect.stringContaining('100000 times') },
    ])
    expect(rendered('{% for x in range(9) %}{% for y in range(9000) %}{{ y }},{% endfor %}{% endfor %}1')).toEqual([
      { message: expect.stringContaining('65535 values') },
    ])
    expect(rendered(`{% for x in range(20000) %}${'x'.repeat(60)} {% endfor %}`)).toEqual([
      { message: expect.stringContaining('1000000 characters') },
    ])
    expect(rendered('SELECT {{ range(1000000) }}')).toEqual([{ message: expect.stringContaining('at most 100000') }])
    expect(rendered('SELECT {{ a * 2000000 }}', { a: 'x' })).toEqual([
      { name: 'a', message: expect.stringContaining('too long') },
    ])
    expect(rendered('SELECT {{ a ** a ** a }}', { a: 999 })).toEqual([
      { name: 'a', message: expect.stringContaining('too large') },
    ])
  })

  it.each([
    ['SELECT {{ a / b }}', 'a', /divides by zero/],
    ['SELECT {{ a + t }}', 'a', /not a number/],
    ['SELECT {% if t > a %}1{% endif %}', 't', /cannot be compared/],
    ['{% for x in a %}{% endfor %}', 'a', /not a list/],
    ['{% for x, y in l %}{% endfor %}', 'l', /holds 1 values where 2 are expected/],
  ])('%s is the caller’s fault', (template, name, message) => {
    expect(rendered(template, { a: 1, b: 0, t: 'x', l: [[1]] })).toEqual([
      { name, message: expect.stringMatching(message) },
    ])
  })
})

describe('values that are nested thousands deep', () => {
  it.each(['SELECT {{ a }}', 'SELECT {{ a | json }}', 'SELECT {% if a == b %}1{% endif %}', 'SELECT {{ {"x": a} }}'])(
    'are the caller’s fault: %s',
    (template) => {
      const deep = (): unknown => JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)
      const result = rendered(template, { a: deep(), b: deep() })
      expect(result).toEqual([{ name: 'a', message: 'is nested too deeply or too long' }])
    },
  )
})

describe('null and undefined', () => {
  it('never stop a call: they are NULL, false, empty and equal to each other', () => {
    const template =
      "SELECT {{ n + 1 }}, {{ n ~ 'x' }}, {{ n | upper }}, {{ n.a.b }}, {% if n > 5 %}1{% else %}2{% endif %}, {{ n == none }}, {{ n | length }}{% for x in n %}!{% endfor %}"
    for (const values of [{ n: null }, {}]) {
      expect(rendered(template, values)).toEqual([['SELECT $1, $2, $3, $4, 2, $5, $6', null, 'x', '', null, true, 0]])
    }
  })
})

describe('programs', () => {
  it('are frozen, survive JSON, and come back as they were', () => {
    const program = compiled(
      "{% if a %}SELECT {{ a | sql_ident(['x']) }}{% endif %}; SELECT {{ 12345678901234567890 }}",
      { params: [{ name: 'a', required: true }] },
    )
    expect(Object.isFrozen(program) && Object.isFrozen(program.nodes[0])).toBe(true)
    const loaded = loadProgram(JSON.parse(JSON.stringify(program)))
    expect(loaded).toEqual(program)
    expect(render(loaded, { a: 'x' })).toMatchObject({
      statements: [{ text: 'SELECT "x"' }, { values: ['12345678901234567890'] }],
    })
  })

  it.each([
    [null, /not a program/],
    ['x', /not a program/],
    [{}, /format undefined/],
    [{ format: 2, dialect: 'postgres' }, /format 2/],
    [{ format: 1, dialect: 'oracle' }, /dialect oracle/],
    [{ format: 1, dialect: 'toString' }, /dialect toString/],
    [{ format: 1, dialect: 'postgres', nodes: {} }, /damaged/],
  ])('%j is refused with the reason', (json, reason) => {
    expect(() => loadProgram(json)).toThrow(ProgramUnusable)
    expect(() => loadProgram(json)).toThrow(reason)
  })

  it('name the parameters they read, at their first place, and not the variables they set', () => {
    const program = compiled(
      '{% set x = a %}{% for r in rows %}{{ r.a }}{{ x }}{{ loop.index }}{% endfor %}\n {{ b }}{{ a }}{% if c is defined %}{% set d = 1 %}{% endif %}{{ d }}',
    )
    expect(parametersUsed(program)).toEqual([
      { name: 'a', line: 1, column: 12 },
      { name: 'rows', line: 1, column: 28 },
      { name: 'b', line: 2, column: 5 },
      { name: 'c', line: 2, column: 22 },
      { name: 'd', line: 2, column: 66 },
    ])
  })

  it('know which parameter feeds a placeholder, through variables and macros, and what a filter says of its type', () => {
    const program = compiled(
      '{% macro m(x) %}{{ x }}{% endmacro %}{% set y = b %}{{ a }},{{ y }},{{ m(c) }},{{ a | default(1) }},{{ a + 1 }},{{ a | sql_int }},{{ a | upper }},{% for i in l %}{{ i }}{% endfor %}, b IN {{ l }}',
    )
    expect(program.placeholders.map(({ parameter, hint, list }) => [parameter, hint, list])).toEqual([
      ['a', undefined, false],
      ['b', undefined, false],
      ['c', undefined, false],
      ['a', undefined, false],
      [undefined, undefined, false],
      ['a', 'integer', false],
      [undefined, 'text', false],
      [undefined, undefined, false],
      ['l', undefined, true],
    ])
  })

  it('read a parameter whose name holds - or . by the name with _', () => {
    const params = [{ name: 'X-Tenant' }, { name: 'a.b' }]
    expect(rendered('SELECT {{ X_Tenant }}, {{ a_b }}', { 'X-Tenant': 1, 'a.b': 2 }, { params })).toEqual([
      ['SELECT $1, $2', 1, 2],
    ])
  })

  it('hold only the macros that are called, however broken the others are', () => {
    const macros = [
      { name: 'good', source: '{% macro one(x, y=2) %}f({{ x }}, {{ y }}){% endmacro %}' },
      { name: 'bad', source: '{% macro two( %}' },
    ]
    const program = compiled('SELECT {{ one(a) }}', { macros })
    expect(program.macros).toEqual(['good'])
    expect(render(program, { a: 1 })).toMatchObject({ statements: [{ text: 'SELECT f($1, $2)', values: [1, 2] }] })
    expect(compileTemplate('SELECT {{ two(1) }}', { dialect: 'postgres', macros })).toMatchObject({
      ok: false,
      faults: [{ macro: 'bad', line: 1 }],
    })
  })
})

describe('canProduce', () => {
  const program = compiled(
    "SELECT {{ a }} FROM t {% where %}{% if b %} AND b = {{ b }}{% endif %}{% endwhere %} ORDER BY {{ s | sql_ident(['x']) }}; DELETE FROM u",
  )

  it.each([
    [true, ['SELECT $1 FROM t WHERE b = $2 ORDER BY "x"', 'DELETE FROM u']],
    [true, ['SELECT $1 FROM t  ORDER BY "x"', 'DELETE FROM u']],
    [false, ['SELECT $1 FROM t ORDER BY "y"', 'DELETE FROM u']],
    [false, ['SELECT $2 FROM t ORDER BY "x"', 'DELETE FROM u']],
    [false, ['SELECT $1 FROM t WHERE b = \'1\' ORDER BY "x"', 'DELETE FROM u']],
    [false, ['SELECT $1 FROM t ORDER BY "x"', 'DELETE FROM u', 'DELETE FROM u']],
    [false, ['SELECT $1 FROM t ORDER BY "x"; DELETE FROM u']],
    [false, ['SELECT $1 FROM t ORDER BY "x" -- a', 'DELETE FROM u']],
  ])('%s: %j', (possible, statements) => {
    expect(canProduce(program, statements)).toBe(possible)
  })
})
