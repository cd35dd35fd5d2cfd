import { type ParamDefinition, paramDefinition } from '@penstock/contracts'
import { describe, expect, it } from 'vitest'
import { checkDefinitions, compileParams, DefinitionsUnusable, namingOf, type ParamInput, parseQuery } from './index.js'

const define = (name: string, rest: Partial<ParamDefinition> = {}): ParamDefinition =>
  paramDefinition.parse({ name, ...rest })
const input = (parts: Partial<ParamInput> = {}): ParamInput => ({
  query: {},
  headers: {},
  body: {},
  path: {},
  ...parts,
})
const read = (definitions: ParamDefinition[], parts: Partial<ParamInput>, naming?: 'camel') => {
  const result = compileParams(definitions)(input(parts), naming)
  return result.ok ? { ...result.values } : result.faults
}

describe('reading a call', () => {
  const every = [
    define('id', { location: 'path', data_type: 'integer' }),
    define('q'),
    define('X-Trace', { location: 'header' }),
    define('b', { location: 'body' }),
  ]

  it('takes each value from its declared place alone, and drops what is not declared', () => {
    const parts = {
      query: { q: '1', b: 'no', id: '999', extra: 'x' },
      headers: { 'x-trace': 't', q: 'no' },
      body: { b: '2', q: 'no' },
      path: { id: '7', other: 'x' },
    }
    expect(read(every, parts)).toEqual({ id: 7, q: '1', 'X-Trace': 't', b: '2' })
  })

  it('lets the path win over all', () => {
    expect(read([define('id', { data_type: 'integer' })], { query: { id: '999' }, path: { id: '7' } })).toEqual({
      id: 7,
    })
    expect(read([], { query: { id: '999' }, body: { id: 1 }, path: { id: '7' } })).toEqual({ id: '7' })
  })

  it('names all faults at once, with place and message', () => {
    const definitions = [
      define('a', { required: true }),
      define('b', { data_type: 'integer' }),
      define('c', { location: 'header', enum: ['x'] }),
    ]
    expect(read(definitions, { query: { b: '1.5' }, headers: { c: 'y' } })).toEqual([
      { name: 'a', location: 'query', message: 'is required' },
      { name: 'b', location: 'query', message: 'must be an integer' },
      { name: 'c', location: 'header', message: 'must be one of: x' },
    ])
  })

  it.each([[undefined], [null], [''], ['  ']])(
    'takes %j for absent: the default counts, required fails without one, others are left out',
    (raw) => {
      const body = { body: { v: raw } }
      expect(
        read([define('v', { location: 'body', required: true, default_value: '5', data_type: 'integer' })], body),
      ).toEqual({ v: 5 })
      expect(read([define('v', { location: 'body', required: true })], body)).toHaveLength(1)
      expect(read([define('v', { location: 'body' })], body)).toEqual({})
    },
  )

  it('takes 0, false and an empty list for given', () => {
    const definitions = (['integer', 'boolean', 'array'] as const).map((data_type) =>
      define(data_type, { data_type, location: 'body', required: true }),
    )
    expect(read(definitions, { body: { integer: 0, boolean: false, array: [] } })).toEqual({
      integer: 0,
      boolean: false,
      array: [],
    })
  })

  it('takes repeated query keys as a list, and refuses them where one value is declared', () => {
    const query = parseQuery('tag=a&tag=b') ?? {}
    expect(read([define('tag', { data_type: 'array' })], { query })).toEqual({ tag: ['a', 'b'] })
    expect(read([define('tag')], { query })).toEqual([
      { name: 'tag', location: 'query', message: 'must be given once' },
    ])
    expect(read([], { query })).toEqual({ tag: ['a', 'b'] })
  })

  it('without definitions merges path before query before body, and leaves out what the gateway itself reads', () => {
    const parts = {
      query: { a: 'q', b: 'q', naming: 'camel', format: 'csv' },
      body: { a: 'b', b: 'b', c: [1], d: null },
      path: { a: 'p' },
    }
    expect(read([], parts)).toEqual({ a: 'p', b: 'q', c: [1], d: null })
    const paged = compileParams([], ['cursor', 'page_size'])(
      input({ query: { a: 'q', cursor: 'x', pageSize: '2' } }),
      'camel',
    )
    expect(paged).toEqual({ ok: true, values: { a: 'q' } })
  })

  it('never touches a prototype, whatever names come in', () => {
    const body = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}') as Record<string, unknown>
    for (const definitions of [
      [],
      [define('__proto__', { location: 'body', data_type: 'object' }), define('constructor', { location: 'body' })],
    ]) {
      const result = compileParams(definitions)(input({ body, query: parseQuery('__proto__[x]=1&toString=2') ?? {} }))
      expect(result.ok && Object.getPrototypeOf(result.values)).toBe(null)
      expect(result.ok && Object.entries(result.values)[0]).toEqual(
        definitions.length === 0 ? ['__proto__[x]', '1'] : ['__proto__', { polluted: 1 }],
      )
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(
      read(
        [define('toString'), define('constructor', { location: 'body' }), define('valueOf', { location: 'path' })],
        {},
      ),
    ).toEqual({})
  })

  it('in camel naming finds snake parameters under camel keys, and camel ones under their own', () => {
    const definitions = [define('user_id'), define('sortBy'), define('page_no', { location: 'body' })]
    expect(read(definitions, { query: { userId: '1', sortBy: 'x' }, body: { pageNo: '3' } }, 'camel')).toEqual({
      user_id: '1',
      sortBy: 'x',
      page_no: '3',
    })
    expect(read(definitions, { query: { user_id: 'own', userId: 'turned' } }, 'camel')).toMatchObject({
      user_id: 'own',
    })
    expect(read(definitions, { query: { userId: '1' } })).toEqual({})
    expect(
      read([], { query: { userId: '1' }, body: { pageNo: { innerKey: 1 } }, path: { rowId: '2' } }, 'camel'),
    ).toEqual({ user_id: '1', page_no: { innerKey: 1 }, rowId: '2' })
  })

  it.each([
    [{ naming: 'camel' }, {}, 'camel', 'camel'],
    [{}, { 'x-response-naming': 'camel' }, 'as-is', 'camel'],
    [{ naming: 'snake' }, {}, 'as-is', 'as-is'],
  ] as const)('asks for naming by query or header: %j %j', (query, headers, inputNaming, outputNaming) => {
    expect(namingOf({ query, headers })).toEqual({ input: inputNaming, output: outputNaming })
  })
})

describe('checking definitions', () => {
  const messages = (definitions: ParamDefinition[], names?: string[]) =>
    checkDefinitions(definitions, names)
      .map(({ name, message }) => `${name} ${message}`)
      .join('; ')

  it.each<[Partial<ParamDefinition>, string]>([
    [{ data_type: 'integer', default_value: 'x' }, 'default_value must be an integer'],
    [{ data_type: 'integer', default_value: 11, max: 10 }, 'default_value must be at most 10'],
    [{ enum: ['a'], default_value: 'b' }, 'default_value must be one of: a'],
    [{ data_type: 'integer', enum: [1, 'x'] }, 'enum holds "x", which must be an integer'],
    [{ enum: ['a', null] }, 'enum holds null, which is no value'],
    [{ min: 1 }, 'min and max are for'],
    [{ data_type: 'integer', max_length: 1 }, 'min_length and max_length are for'],
    [{ data_type: 'integer', min: 2, max: 1 }, 'min is greater'],
    [{ min_length: 2, max_length: 1 }, 'min_length is greater'],
    [{ pattern: '(' }, 'pattern Invalid regular expression'],
    [{ pattern: '(?=a)' }, 'pattern looks ahead'],
    [{ data_type: 'date', pattern: 'a' }, 'pattern is for string'],
    [{ data_type: 'object', enum: [{}] }, 'enum is not for object'],
  ])('finds what is wrong with %j, and compiling refuses it', (rest, message) => {
    expect(messages([define('v', rest)])).toContain(message)
    expect(() => compileParams([define('v', rest)])).toThrow(DefinitionsUnusable)
  })

  it('finds names that are defined twice, and path parameters that do not fit the path', () => {
    const definitions = [define('a'), define('a'), define('gone', { location: 'path' }), define('id')]
    expect(messages(definitions, ['id', 'other'])).toBe(
      'a is defined twice: the name stands for one value in the template; gone is a path parameter, but the path has no {gone}; ' +
        'id stands in the path as {id}, so its location must be path; other stands in the path but has no definition',
    )
  })

  it('finds nothing where nothing is wrong, or nothing is defined', () => {
    expect(
      messages(
        [
          define('id', { location: 'path' }),
          define('x', { data_type: 'integer', min: 1, default_value: '5', enum: [5, 6] }),
        ],
        ['id'],
      ),
    ).toBe('')
    expect(messages([], ['id'])).toBe('')
  })
})
