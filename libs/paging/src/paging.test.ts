import { pagingDefinition } from '@penstock/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyUnusable, openCursor, pageStatements, pagingPlan, readPage, sealCursor } from './index.js'

const plan = (own: object = {}, dialect = 'postgres') =>
  pagingPlan(pagingDefinition.parse({ mode: 'keyset', order_by: [{ column: 'id' }], ...own }), dialect)
const inner = { text: 'SELECT * FROM t WHERE a = $1 -- all', values: ['x'] }
const request = { page: 3, pageSize: 10, total: true }

describe('pageStatements', () => {
  it('puts the statement into a page by number, and counts it, with all values bound', () => {
    expect(pageStatements(plan({ mode: 'offset' }), inner, request)).toEqual({
      page: {
        text: 'SELECT penstock_page.*\nFROM (\nSELECT * FROM t WHERE a = $1 -- all\n) AS penstock_page\nORDER BY penstock_page."id" ASC\nLIMIT $2 OFFSET $3',
        values: ['x', 11, 20],
      },
      total: {
        text: 'SELECT count(*) AS total\nFROM (\nSELECT * FROM t WHERE a = $1 -- all\n) AS penstock_page',
        values: ['x'],
      },
    })
  })

  it('goes on behind the keys of a row', () => {
    const order_by = [{ column: 'a"b', direction: 'desc' }, { column: 'id' }]
    const { page, total } = pageStatements(
      plan({ order_by }),
      inner,
      { ...request, total: false },
      {
        keys: ['7', '1'],
        types: ['int4', 'int4'],
      },
    )
    expect(page.text).toBe(
      'SELECT penstock_page.*, CAST(penstock_page."a""b" AS text) AS penstock_key_1, CAST(penstock_page."id" AS text) AS penstock_key_2\n' +
        'FROM (\nSELECT * FROM t WHERE a = $1 -- all\n) AS penstock_page\n' +
        'WHERE penstock_page."a""b" <= $2 AND (penstock_page."a""b" < $3 OR penstock_page."a""b" = $4 AND (penstock_page."id" > $5 OR penstock_page."id" IS NULL))\n' +
        'ORDER BY penstock_page."a""b" DESC, penstock_page."id" ASC\nLIMIT $6',
    )
    expect(page.values).toEqual(['x', '7', '7', '7', '1', 11])
    expect(total).toBeUndefined()
  })

  it('reads rows without a first key by themselves where they come last, so that an index can serve the others', () => {
    const { page } = pageStatements(
      plan(),
      { text: 'SELECT 1 AS id', values: [] },
      { ...request, total: false },
      {
        keys: ['7'],
        types: ['int4'],
      },
    )
    const part = (where: string, limit: string) =>
      `(SELECT penstock_page.*\nFROM (\nSELECT 1 AS id\n) AS penstock_page\nWHERE ${where}\nORDER BY penstock_page."id" ASC\nLIMIT ${limit})`
    expect(page.text).toBe(
      'SELECT penstock_page.*, CAST(penstock_page."id" AS text) AS penstock_key_1\nFROM (\n' +
        `${part('penstock_page."id" >= $1 AND (penstock_page."id" > $2)', '$3')}\nUNION ALL\n` +
        `${part('penstock_page."id" IS NULL', '$4')}\n) AS penstock_page\nORDER BY penstock_page."id" ASC\nLIMIT $5`,
    )
    expect(page.values).toEqual(['7', '7', 11, 11, 11])
  })

  it('knows where each server puts NULL', () => {
    const behindNull = (dialect: string, direction: string) =>
      pageStatements(plan({ order_by: [{ column: 'id', direction }] }, dialect), inner, request, {
        keys: [null],
        types: ['int'],
      }).page.text.split('\n')[4]
    expect(behindNull('postgres', 'asc')).toBe('WHERE 1 = 0')
    expect(behindNull('postgres', 'desc')).toBe('WHERE (penstock_page."id" IS NOT NULL)')
    expect(behindNull('mysql', 'asc')).toBe('WHERE (penstock_page.`id` IS NOT NULL)')
    expect(behindNull('mysql', 'desc')).toBe('WHERE 1 = 0')
  })

  it('tells MySQL the types of keys, and refuses those whose text is not exact', () => {
    const bound = (type: string, key: string) =>
      /`id` > (.*?) ?\)?\n/.exec(
        pageStatements(plan({}, 'mysql'), inner, request, { keys: [key], types: [type] }).page.text,
      )?.[1]
    expect(bound('bigint unsigned', '18446744073709551615')).toBe('CAST(? AS UNSIGNED)')
    expect(bound('decimal', '1.250')).toBe('CAST(? AS DECIMAL(65, 3))')
    expect(bound('varchar', 'x')).toBe('?')
    for (const type of ['float', 'enum', 'varbinary', 'json', '']) expect(() => bound(type, '1')).toThrow(KeyUnusable)
  })

  it('is not there for other dialects', () => expect(() => plan({}, 'trino')).toThrow('trino'))
})

describe('readPage', () => {
  const read = (query: Record<string, string | string[]>, own: object = {}, naming: 'as-is' | 'camel' = 'as-is') =>
    readPage(plan({ page_size_max: 50, ...own }), query, naming)
  const names = (read: ReturnType<typeof readPage>) => (read.ok ? [] : read.faults.map(({ name }) => name))

  it('has a page from the first on when nothing is said', () => {
    expect(read({})).toEqual({
      ok: true,
      request: { page: 1, pageSize: 20, cursor: undefined, total: false, asked: [] },
    })
  })

  it('reads what belongs to its mode and drops the rest', () => {
    expect(read({ page: '4', cursor: 'c', page_size: ' 5 ', total: 'yes' }, { mode: 'offset' })).toMatchObject({
      request: { page: 4, pageSize: 5, cursor: undefined, total: true, asked: ['page_size', 'page', 'total'] },
    })
    expect(read({ page: '4', cursor: 'c' })).toMatchObject({ request: { page: 1, cursor: 'c' } })
    expect(read({ pageSize: '7' }, {}, 'camel')).toMatchObject({ request: { pageSize: 7 } })
    expect(read({ pageSize: '7' })).toMatchObject({ request: { pageSize: 20 } })
    expect(read({ total: 'true' }, { total: 'never' })).toMatchObject({ request: { total: false } })
    expect(read({ total: 'false' }, { total: 'always' })).toMatchObject({ request: { total: true } })
  })

  it('names all faults at once', () => {
    expect(names(read({ page: '0', page_size: '51', total: 'maybe' }, { mode: 'offset' }))).toEqual([
      'page_size',
      'page',
      'total',
    ])
    expect(names(read({ page_size: ['1', '2'] }))).toEqual(['page_size'])
    for (const page of ['-1', '1.5', 'x', '1e3', '10000000000']) {
      expect(names(read({ page }, { mode: 'offset' }))).toEqual(['page'])
    }
  })
})

describe('a cursor', () => {
  const key = Buffer.alloc(32, 1)
  const end = fc.record({
    keys: fc.array(fc.option(fc.string({ unit: 'binary' })), { minLength: 1, maxLength: 4 }),
    types: fc.array(fc.string(), { minLength: 1, maxLength: 4 }),
  })

  it('opens to what it was made of, for the use that it was made for alone', () => {
    fc.assert(
      fc.property(end, fc.string(), (given, use) => {
        const cursor = sealCursor(key, use, given)
        expect(openCursor(key, use, cursor)).toEqual(given)
        expect(openCursor(key, `${use} `, cursor)).toBeUndefined()
        expect(openCursor(Buffer.alloc(32, 2), use, cursor)).toBeUndefined()
      }),
    )
  })

  it('opens to nothing when one character of it was changed, added or taken away', () => {
    fc.assert(
      fc.property(end, fc.nat(), fc.constantFrom(...'Aa0_-'), (given, at, other) => {
        const cursor = sealCursor(key, 'use', given)
        const place = at % cursor.length
        const changed = cursor.slice(0, place) + other + cursor.slice(place + 1)
        if (changed !== cursor) expect(openCursor(key, 'use', changed)).toBeUndefined()
        expect(openCursor(key, 'use', cursor + other)).toBeUndefined()
        expect(openCursor(key, 'use', cursor.slice(0, -1))).toBeUndefined()
      }),
    )
  })

  it.each(['', '=', 'x', 'a b', '\u0000', 'A'.repeat(9000)])('opens to nothing when it is %j', (text) => {
    expect(openCursor(key, 'use', text)).toBeUndefined()
  })
})
