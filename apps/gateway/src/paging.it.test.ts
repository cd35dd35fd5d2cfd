import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PagingDefinition, SnapshotEntry } from '@penstock/contracts'
import { pageStatements, pagingPlan } from '@penstock/paging'
import { freshDatabase, startMariadb, type FreshDatabase, type OwnedMariadb } from '@penstock/testing'
import fc from 'fast-check'
import { createConnection } from 'mysql2'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiEntry, datasourceEntry, type ApiOptions } from './test/build-snapshot.js'
import { gatewayUnderTest, type GatewayUnderTest } from './test/gateway-under-test.js'

const MYSQL_SOURCE = '00000000-0000-4000-8000-00000000d5d8'
const FILES_SOURCE = '00000000-0000-4000-8000-00000000d5d9'
type OrderBy = PagingDefinition['order_by']
const key = (column: string, direction: 'asc' | 'desc' = 'asc') => ({ column, direction })
const paging = (order_by: OrderBy, own: Partial<PagingDefinition> = {}): PagingDefinition => ({
  ...{ mode: 'keyset', page_size: 20, page_size_max: 100, total: 'on_request', order_by },
  ...own,
})
/** In each of these the last key makes the order a total one; those before it have ties and nulls. */
const ORDERS: readonly OrderBy[] = [
  [key('id')],
  [key('n'), key('id', 'desc')],
  [key('n', 'desc'), key('id')],
  [key('s', 'desc'), key('n'), key('id')],
  [key('at'), key('id', 'desc')],
  [key('d', 'desc'), key('s'), key('id')],
  [key('f', 'desc'), key('id')],
]
const orderText = (order: OrderBy): string => order.map(({ column, direction }) => `${column} ${direction}`).join(', ')
const ROWS_OF_RUN = 'select id, n, s, at, d, f from item where run = {{ run }}'
const FILE_ROWS =
  'select id, n, s, item."at"::timestamp as seen, d::decimal(30, 10) as d, f from item where run = {{ run }}'
// AT is a word of DuckDB's grammar.
const ofFiles = (order: OrderBy): OrderBy =>
  order.map((one) => (one.column === 'at' ? { ...one, column: 'seen' } : one))
const RUN = { params: [{ name: 'run', data_type: 'integer', required: true }] } as const

let database: FreshDatabase
let db: pg.Client
let mariadb: OwnedMariadb
let under: GatewayUnderTest
let folder: string

const mysqlQuery = async (text: string): Promise<readonly unknown[]> => {
  const connection = createConnection({ uri: mariadb.url, multipleStatements: true, rowsAsArray: true })
  try {
    return await new Promise((resolve, reject) => {
      connection.query(text, (error, rows) => (error === null ? resolve(rows as unknown[]) : reject(error)))
    })
  } finally {
    connection.destroy()
  }
}
const api = (path: string, paged: PagingDefinition, own: ApiOptions = {}, text = ROWS_OF_RUN) =>
  apiEntry(path, text, { ...RUN, paging: paged, ...own })

beforeAll(async () => {
  ;[database, mariadb] = await Promise.all([freshDatabase(), startMariadb()])
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
  const columns = 'run int, id bigint, n int, s varchar(20), d numeric(30, 10)'
  await db.query(`create table item (${columns}, at timestamptz, f float8, primary key (run, id))`)
  await mysqlQuery(
    `create database paging; create table paging.item (${columns}, at datetime(6), f double, primary key (run, id)) character set utf8mb4 collate utf8mb4_bin`,
  )
  folder = mkdtempSync(join(tmpdir(), 'paging-'))
  writeFileSync(join(folder, 'item.ndjson'), FILE_RUNS.flatMap(linesOf).join('\n'))
  under = await gatewayUnderTest({
    DUCKDB_ROOT: folder,
    FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
    FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT: '0',
  })
  const mysql = { dialect: 'mysql', datasource_id: MYSQL_SOURCE } as const
  const files = { dialect: 'duckdb', datasource_id: FILES_SOURCE, clean: false } as const
  const small = paging([key('id')], { page_size: 3, page_size_max: 5 })
  const entries: SnapshotEntry[] = [
    datasourceEntry(database.url),
    datasourceEntry(`${mariadb.url.replace(/\/$/, '')}/paging`, { id: MYSQL_SOURCE, product_type: 'mysql' }),
    datasourceEntry(database.url, { id: FILES_SOURCE, name: 'files', product_type: 'duckdb', database: '.' }),
    ...ORDERS.flatMap((order, at) => [
      api(`files/${at}`, paging(ofFiles(order)), files, FILE_ROWS),
      api(`files-offset/${at}`, paging(ofFiles(order), { mode: 'offset' }), files, FILE_ROWS),
      apiEntry(`files-whole/${at}`, `${FILE_ROWS} order by ${orderText(ofFiles(order))}`, { ...RUN, ...files }),
      api(`postgres/${at}`, paging(order)),
      api(`mysql/${at}`, paging(order), mysql),
      api(`postgres-offset/${at}`, paging(order, { mode: 'offset' })),
      api(`mysql-offset/${at}`, paging(order, { mode: 'offset' }), mysql),
    ]),
    api('small', small),
    api('small-cached', small, { cache: { ttl_ms: 60_000, stale_ms: 0, generation: 0 } }),
    api('numbered', { ...small, mode: 'offset', total: 'always' }),
    api('capped', small, { max_rows: 2 }),
    api('streamed', small, { stream: true }),
    api('tied', paging([key('n')], { page_size: 2 })),
    api('two', small, {}, `${ROWS_OF_RUN}; select 1`),
    api('commented', small, {}, `${ROWS_OF_RUN} -- the newest`),
    apiEntry('undeclared', 'select id from item where run = 1', { paging: small }),
    api('snake', small, {}, 'select id, n as some_number from item where run = {{ run }}'),
  ]
  await under.publish(entries)
  await insertBoth(
    1,
    Array.from({ length: 7 }, (_, at) => ({ id: at + 1, n: 1, s: null, at: null, d: null, f: null })),
  )
})
afterAll(async () => {
  await under.stop()
  await db.end()
  await database.drop()
  rmSync(folder, { recursive: true, force: true })
  await mysqlQuery('drop database paging')
  await mariadb.stop()
})

interface Item {
  readonly id: number
  readonly n: number | null
  readonly s: string | null
  readonly at: string | null
  readonly d: string | null
  readonly f: number | null
}
async function insertBoth(run: number, items: readonly Item[]): Promise<void> {
  if (items.length === 0) return
  const literal = (value: string | number | null): string =>
    value === null ? 'null' : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
  const values = items.map(({ id, n, s, at, d, f }) => `(${[run, id, n, s, d, at, f].map(literal).join(', ')})`)
  const text = `insert into TABLE (run, id, n, s, d, at, f) values ${values.join(', ')}`
  await db.query(text.replace('TABLE', 'item'))
  await mysqlQuery(text.replace('TABLE', 'paging.item'))
}

interface Page {
  readonly data: readonly { readonly id: number }[]
  readonly page?: number
  readonly page_size: number
  readonly total?: number
  readonly next_cursor: string | null
  readonly code?: string
  readonly errors?: readonly { readonly name: string }[]
}
async function get(path: string): Promise<Page & { readonly status: number; readonly cache: string | null }> {
  const answer = await fetch(`${under.url}/api/${path}`)
  const body = (await answer.json()) as Page
  return { ...body, status: answer.status, cache: answer.headers.get('x-cache') }
}
const ids = (page: Pick<Page, 'data'>): number[] => page.data.map(({ id }) => id)

/** The ids of all pages, one after the other, each page as long as it says. */
async function byCursor(path: string, run: number, pageSize: number): Promise<number[]> {
  const all: number[] = []
  let cursor = ''
  for (;;) {
    const page = await get(`${path}?run=${run}&page_size=${pageSize}${cursor}`)
    expect(page.status, JSON.stringify(page)).toBe(200)
    all.push(...ids(page))
    if (page.next_cursor === null) return all
    expect(page.data).toHaveLength(pageSize)
    cursor = `&cursor=${page.next_cursor}`
  }
}
async function byNumber(path: string, run: number, pageSize: number): Promise<number[]> {
  const all: number[] = []
  for (let number = 1; ; number += 1) {
    const page = await get(`${path}?run=${run}&page_size=${pageSize}&page=${number}`)
    expect([page.status, page.page, page.page_size]).toEqual([200, number, pageSize])
    all.push(...ids(page))
    if (page.data.length < pageSize) return all
  }
}

const big = 9_007_199_254_740_000
const item = fc.record({
  n: fc.option(fc.integer({ min: -2, max: 2 })),
  s: fc.option(fc.constantFrom('', 'a', 'A', 'ab', "it's", 'ä', '%', '10', '9')),
  at: fc.option(fc.constantFrom('2026-01-02 03:04:05.123456', '2026-01-02 03:04:05.123457', '1999-12-31 23:59:59')),
  d: fc.option(fc.constantFrom('12345678901234567890.0000000001', '12345678901234567890.0000000002', '-1', '0')),
  f: fc.option(fc.constantFrom(0.1, 0.30000000000000004, 0.3, -1e300, 5e-324)),
})
const data = fc.array(item, { maxLength: 12 }).map((all) => all.map((one, at) => ({ ...one, id: big - 7 * at })))
/** Rows of a file are there before the first call: run by run as they were drawn. */
const FILE_RUNS = fc.sample(data, 8)
const linesOf = (items: readonly Item[], run: number): string[] => items.map((one) => JSON.stringify({ run, ...one }))

describe('pages', () => {
  let run = 1000

  it.each(['postgres', 'mysql'])(
    'are together the whole result, in its order, for any data with ties and nulls, up and down, on %s',
    async (server) => {
      await fc.assert(
        fc.asyncProperty(data, fc.integer({ min: 1, max: 5 }), async (items, pageSize) => {
          run += 1
          await insertBoth(run, items)
          for (const [at, order] of ORDERS.entries()) {
            const columns = orderText(order)
            const text = `select id from TABLE where run = ${run} order by ${columns}`
            const expected =
              server === 'mysql'
                ? (await mysqlQuery(text.replace('TABLE', 'paging.item'))).map((row) => Number((row as unknown[])[0]))
                : (await db.query<{ id: string }>(text.replace('TABLE', 'item'))).rows.map(({ id }) => Number(id))
            expect(await byCursor(`${server}/${at}`, run, pageSize), columns).toEqual(expected)
            expect(await byNumber(`${server}-offset/${at}`, run, pageSize), columns).toEqual(expected)
          }
        }),
        { numRuns: 25 },
      )
    },
    60_000,
  )

  it('follow each other of an API without declared parameters: what asks for a page is no parameter', async () => {
    const first = await get('undeclared?page_size=3&total=true')
    expect([ids(first), first.total]).toEqual([[1, 2, 3], 7])
    const second = await get(`undeclared?page_size=3&cursor=${first.next_cursor}`)
    expect(ids(second), JSON.stringify(second)).toEqual([4, 5, 6])
    expect(ids(await get(`undeclared?naming=camel&pageSize=2&cursor=${second.next_cursor}`))).toEqual([7])
  })

  it('are together the whole result of files, too', async () => {
    for (const at of FILE_RUNS.keys()) {
      for (const order of ORDERS.keys()) {
        const expected = ids(await get(`files-whole/${order}?run=${at}`))
        expect(expected).toHaveLength(FILE_RUNS[at]?.length ?? 0)
        expect(await byCursor(`files/${order}`, at, 1 + (at % 5))).toEqual(expected)
        expect(await byNumber(`files-offset/${order}`, at, 1 + (at % 5))).toEqual(expected)
      }
    }
  }, 60_000)

  it('begin where the page begins: PostgreSQL reads no row before it where an index has the order', async () => {
    await db.query(`create table many (id int primary key, k int not null, n int);
      insert into many select i, i % 100, nullif(i % 100, 5) from generate_series(1, 20000) i;
      create index on many (k, id); create index on many (n desc, id); analyze many`)
    for (const [order_by, keys] of [
      [[key('id')], ['15000']],
      [
        [key('k'), key('id')],
        ['50', '15050'],
      ],
      [
        [key('n', 'desc'), key('id')],
        ['50', '15050'],
      ],
    ] as const) {
      const inner = { text: 'select * from many where id > 0', values: [] }
      const request = { page: 1, pageSize: 20, total: false }
      const types = keys.map(() => 'int4')
      const { page } = pageStatements(pagingPlan(paging([...order_by]), 'postgres'), inner, request, { keys, types })
      const { rows } = await db.query<{ 'QUERY PLAN': string }>(`explain (analyze, timing off) ${page.text}`, [
        ...page.values,
      ])
      const text = rows.map((row) => row['QUERY PLAN']).join('\n')
      const removed = [...text.matchAll(/Rows Removed by Filter: (\d+)/g)].reduce(
        (sum, [, one]) => sum + Number(one),
        0,
      )
      expect(removed, text).toBeLessThan(300)
      expect(text).not.toContain('Seq Scan')
    }
  })

  it('say where they are, and count all rows when they are asked to', async () => {
    const first = await get('small?run=1')
    expect([ids(first), first.page_size, first.total, typeof first.next_cursor]).toEqual([
      [1, 2, 3],
      3,
      undefined,
      'string',
    ])
    expect((await get('small?run=1&total=true')).total).toBe(7)
    expect(await get('numbered?run=1&page=3')).toMatchObject({ data: [{ id: 7 }], page: 3, page_size: 3, total: 7 })
    expect(await get('numbered?run=1&page=9')).toMatchObject({ data: [], total: 7 })
    expect(await get('small?run=2')).toMatchObject({ data: [], next_cursor: null })
    expect(await byCursor('commented', 1, 2)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(Object.keys((await get('small?run=1')).data[0] ?? {})).toEqual(['id', 'n', 's', 'at', 'd', 'f'])
    const camel = (await (await fetch(`${under.url}/api/snake?run=1&naming=camel&pageSize=2`)).json()) as object
    expect(camel).toMatchObject({
      data: [{ id: 1, someNumber: 1 }, { id: 2 }],
      pageSize: 2,
      nextCursor: expect.any(String),
    })
  })

  it('are never longer than the definition and max_rows allow', async () => {
    expect(await get('small?run=1&page_size=6')).toMatchObject({ status: 400, errors: [{ name: 'page_size' }] })
    expect(await get('numbered?run=1&page=0&page_size=x')).toMatchObject({
      errors: [{ name: 'page_size' }, { name: 'page' }],
    })
    expect(await get('small?page_size=0')).toMatchObject({ errors: [{ name: 'run' }, { name: 'page_size' }] })
    expect(await get('capped?run=1')).toMatchObject({ data: [{ id: 1 }, { id: 2 }], page_size: 2 })
    expect(await byCursor('capped', 1, 2)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('go on only by a cursor that was given for these parameters', async () => {
    const { next_cursor } = await get('small?run=1')
    const cursor = String(next_cursor)
    const place = cursor.length - 5
    const tampered = cursor.slice(0, place) + (cursor[place] === 'A' ? 'B' : 'A') + cursor.slice(place + 1)
    expect(ids(await get(`small?run=1&cursor=${cursor}`))).toEqual([4, 5, 6])
    for (const path of [`small?run=1&cursor=${tampered}`, `small?run=2&cursor=${cursor}`, 'small?run=1&cursor=x']) {
      expect(await get(path)).toMatchObject({ status: 400, code: 'PARAM_INVALID', errors: [{ name: 'cursor' }] })
    }
    expect(await get(`capped?run=1&cursor=${cursor}`)).toMatchObject({ errors: [{ name: 'cursor' }] })
  })

  it('lose no row: keys that are not unique are an error, as are several statements', async () => {
    expect(await get('tied?run=1')).toMatchObject({ status: 500, code: 'API_BROKEN' })
    expect(await get('two?run=1')).toMatchObject({ status: 500, code: 'API_BROKEN' })
  })

  it('are kept one by one where answers are', async () => {
    const first = await get('small-cached?run=1')
    expect([first.cache, (await get('small-cached?run=1')).cache]).toEqual(['MISS', 'HIT'])
    const next = `small-cached?run=1&cursor=${String(first.next_cursor)}`
    expect([ids(await get(next)), (await get(next)).cache]).toEqual([[4, 5, 6], 'HIT'])
    expect((await get('small-cached?run=1&total=1')).total).toBe(7)
    expect((await get('small-cached?run=1&page_size=2')).data).toHaveLength(2)
  })

  it('are JSON: a stream gives all rows, and refuses to be asked for one page', async () => {
    const all = await (await fetch(`${under.url}/api/streamed?run=1&format=csv;header=absent`)).text()
    expect(all.trimEnd().split('\r\n')).toHaveLength(7)
    expect(await get('streamed?run=1&format=csv&page_size=2')).toMatchObject({
      status: 400,
      errors: [{ name: 'page_size' }],
    })
  })
})
