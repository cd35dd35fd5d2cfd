import { describe, expect, it } from 'vitest'
import { compileTemplate, render } from './index.js'

function rendered(template: string, values: Record<string, unknown>): unknown {
  const compiled = compileTemplate(template, { dialect: 'postgres' })
  if (!compiled.ok) return compiled.faults
  const result = render(compiled.program, values)
  return result.ok ? result.statements.map(({ text, values: binds }) => [text, ...binds]) : result.faults
}

/** The value that a filter binds. */
function bound(filter: string, v: unknown): unknown {
  const result = rendered(`SELECT {{ v | ${filter} }}`, { v })
  return Array.isArray(result) && Array.isArray(result[0]) ? result[0][1] : result
}

describe('filters that say what SQL value is meant', () => {
  it.each<[string, unknown, unknown]>([
    ['sql_string', "a'b", "a'b"],
    ['sql_string', 5, '5'],
    ['sql_string', null, null],
    ['sql_int', 42, 42],
    ['sql_int', '99', 99],
    ['sql_int', ' 7 ', 7],
    ['sql_int', 'x', null],
    ['sql_int', 3.9, 3],
    ['sql_int', '3.9', null],
    ['sql_int', true, 1],
    ['sql_int', '9007199254740993', '9007199254740993'],
    ['sql_int', Number.NaN, null],
    ['sql_int', null, null],
    ['sql_float', 3.14, 3.14],
    ['sql_float', '2.5', 2.5],
    ['sql_float', '1e3', 1000],
    ['sql_float', 'x', null],
    ['sql_float', 'inf', null],
    ['sql_float', 'nan', null],
    ['sql_float', '1e999', null],
    ['sql_bool', 1, true],
    ['sql_bool', 0, false],
    ['sql_bool', 'false', false],
    ['sql_bool', 'No', false],
    ['sql_bool', 'yes', true],
    ['sql_bool', '', false],
    ['sql_bool', null, null],
    ['sql_date', '2025-06-01', '2025-06-01'],
    ['sql_date', '2025-06-01T12:00:00Z', '2025-06-01'],
    ['sql_date', '2025-06-01 12:00', '2025-06-01'],
    ['sql_date', '2025-02-30', null],
    ['sql_date', "'||1-1--zz", null],
    ['sql_date', "' or-1-- x", null],
    ['sql_date', new Date(Date.UTC(2025, 5, 1, 9)), '2025-06-01'],
    ['sql_date', 20250601, null],
    ['sql_datetime', '2025-06-01T12:00:00', '2025-06-01T12:00:00'],
    ['sql_datetime', new Date(Date.UTC(2025, 5, 1)), '2025-06-01T00:00:00.000Z'],
    ['sql_datetime', null, null],
    ['sql_like', 'a%b', 'a\\%b'],
    ['sql_like', "O'Brien", "O'Brien"],
    ['sql_like', 'a\\_', 'a\\\\\\_'],
    ['sql_like', null, null],
    ['sql_like_start', 'ab', 'ab%'],
    ['sql_like_start', '50%', '50\\%%'],
    ['sql_like_end', 'ab', '%ab'],
    ['json', { a: [1, "o'b"] }, '{"a":[1,"o\'b"]}'],
    ['json', [1], '[1]'],
    ['json', 'x', '"x"'],
    ['json', null, null],
    ['fromjson', '[1, 2]', [1, 2]],
    ['fromjson', '{"a":1}', '{"a":1}'],
    ['fromjson', 'no json', null],
    ['fromjson', '', null],
    ['fromjson', { a: 1 }, '{"a":1}'],
  ])('%s of %j is %j', (filter, value, expected) => {
    expect(bound(filter, value)).toEqual(expected)
  })
})

describe('bare values', () => {
  it.each<[unknown, unknown]>([
    [undefined, null],
    [null, null],
    ['', ''],
    ['a', 'a'],
    [1.5, 1.5],
    [true, true],
    [12345678901234567890n, '12345678901234567890'],
    [
      [1, 'a', null],
      [1, 'a', null],
    ],
    [{ a: 1 }, '{"a":1}'],
    [[{ a: 1 }], ['{"a":1}']],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
  ])('%s is bound as %j', (value, expected) => {
    expect(rendered('SELECT {{ v }}', { v: value })).toEqual([['SELECT $1', expected]])
  })

  it.each([['a\0b'], [['a\0']], [{ 'a\0': 1 }], [Number.NaN], [Number.POSITIVE_INFINITY]])(
    '%j is the caller’s fault, and its name is told',
    (value) => {
      expect(rendered('SELECT {{ v }}', { v: value })).toEqual([{ name: 'v', message: expect.stringMatching(/must/) }])
    },
  )
})

describe('lists', () => {
  it('make one text for every length, empty, missing and single values included', () => {
    const template = 'SELECT 1 WHERE a IN {{ v | in_list }} AND b NOT IN {{ v | in_list }}'
    for (const [value, list] of [
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      [[], []],
      [null, []],
      [undefined, []],
      ['abc', ['abc']],
      [7, [7]],
    ]) {
      expect(rendered(template, { v: value })).toEqual([['SELECT 1 WHERE a = ANY($1) AND b <> ALL($2)', list, list]])
    }
  })

  it('need no filter after IN', () => {
    expect(rendered('SELECT 1 WHERE a in {{ v }} and b Not  In{{ v }}', { v: [1] })).toEqual([
      ['SELECT 1 WHERE a = ANY($1) and b <> ALL($2)', [1], [1]],
    ])
  })

  it('are known by the word IN alone, not by a name that ends in it', () => {
    expect(rendered("SELECT 1 WHERE admin {{ v }} OR 'in' = {{ v }} OR t.x IN (1, {{ v }})", { v: 1 })).toEqual([
      ["SELECT 1 WHERE admin $1 OR 'in' = $2 OR t.x IN (1, $3)", 1, 1, 1],
    ])
  })

  it('refuse lists of lists', () => {
    expect(rendered('SELECT 1 WHERE a IN {{ v }}', { v: [[1]] })).toEqual([
      { name: 'v', message: 'must be a list of single values, not of lists' },
    ])
  })
})

describe('compare', () => {
  it.each([
    [{ combinator: '>', values: '100' }, 'a > $1', ['100']],
    ['{"combinator": "<=", "value": 5}', 'a <= $1', [5]],
    [{ combinator: 'between', values: '100, 500' }, 'a BETWEEN $1 AND $2', ['100', '500']],
    [{ combinator: 'BETWEEN', values: [1, 2] }, 'a BETWEEN $1 AND $2', [1, 2]],
    [{ combinator: '!=', values: 'x' }, 'a != $1', ['x']],
  ])('%j', (v, text, values) => {
    expect(rendered('SELECT 1 WHERE a {{ v | compare }}', { v })).toEqual([[`SELECT 1 WHERE ${text}`, ...values]])
  })

  it.each([
    [{ combinator: 'or', values: 1 }],
    [{ combinator: '>' }],
    [{ combinator: '>', values: '' }],
    [{ combinator: '>', values: [1] }],
    [{ combinator: '>', values: true }],
    [{ combinator: 'between', values: '1' }],
    [{ combinator: 'between', values: '1,2,3' }],
    [{ combinator: ['>'], values: 1 }],
    ['not json'],
    [[1]],
    [7],
    [null],
    [undefined],
  ])('%j is the caller’s fault', (v) => {
    expect(rendered('SELECT 1 WHERE a {{ v | compare }}', { v })).toEqual([{ name: 'v', message: expect.any(String) }])
  })
})

describe('sql_ident', () => {
  it.each([
    ['schema.table.col', '"schema"."table"."col"'],
    ['a', '"a"'],
    ['Select', '"Select"'],
  ])('%s is quoted part by part', (v, text) => {
    expect(rendered('SELECT {{ v | sql_ident }}', { v })).toEqual([[`SELECT ${text}`]])
  })

  it.each([['1col'], ['col name'], ['col--x'], ['col; DROP'], [''], [null], [undefined], [5], [['a']]])(
    '%j is the caller’s fault',
    (v) => {
      expect(rendered('SELECT {{ v | sql_ident }}', { v })).toEqual([
        { name: 'v', message: expect.stringContaining('plain name') },
      ])
    },
  )

  it('names what may be said when there is a list', () => {
    expect(rendered("SELECT {{ v | sql_ident(['time', 'f.delay']) }}", { v: 'x' })).toEqual([
      { name: 'v', message: 'must be one of: time, f.delay' },
    ])
    expect(rendered("SELECT {{ v | default('time') | sql_ident(['time', 'f.delay']) }}", {})).toEqual([
      ['SELECT "time"'],
    ])
  })

  it('takes the parameter’s enum for a list', () => {
    const compiled = compileTemplate('SELECT {{ v | sql_ident }}', {
      dialect: 'postgres',
      params: [{ name: 'v', enum: ['a', 'b'] }],
    })
    expect(compiled.ok && render(compiled.program, { v: 'c' })).toMatchObject({ ok: false })
    expect(compiled.ok && render(compiled.program, { v: 'b' })).toMatchObject({ ok: true })
  })
})
