import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { strFromU8, unzipSync } from 'fflate'
import { freshDatabase, waitUntil, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiEntry, datasourceEntry, keyEntries } from './test/build-snapshot.js'
import { gatewayUnderTest, waitFor, type GatewayUnderTest } from './test/gateway-under-test.js'

let database: FreshDatabase
let db: pg.Client
let under: GatewayUnderTest

const streamed = { stream: true } as const
const idParam = { name: 'id', location: 'path', data_type: 'integer', required: true } as const
// In the list of columns the server makes rows as they are read; in FROM it would make all of them first.
const endless = `select generate_series(1, 100000000) as n, repeat('x', 500) as padding`

beforeAll(async () => {
  database = await freshDatabase()
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
  await db.query(`create table item (id int primary key, item_name text, price numeric);
    insert into item select n, 'item, ' || n, n * 1.5 from generate_series(1, 2000) n`)
  under = await gatewayUnderTest({
    FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
    EXECUTION_TIMEOUT: '2',
    LOG_LEVEL: 'error',
  })
  await under.publish([
    ...keyEntries(),
    datasourceEntry(database.url),
    apiEntry('items', 'select id, item_name, price from item order by id', streamed),
    apiEntry('items/{id}/copies', 'select id, item_name from item where id = {{ id }}', {
      ...streamed,
      params: [idParam],
    }),
    apiEntry('capped', 'select id from item order by id', { ...streamed, max_rows: 1000 }),
    apiEntry('just-enough', 'select id from item order by id', { ...streamed, max_rows: 2000 }),
    apiEntry('breaks', 'select 1000 / (1500 - n) as x from generate_series(1, 3000) n', streamed),
    apiEntry('broken', 'select 1 / (id - id) as x from item', streamed),
    apiEntry('endless', endless, { ...streamed, max_concurrent: 1 }),
    apiEntry('unread', endless, streamed),
    apiEntry('hurried', endless, { ...streamed, timeout_ms: 300 }),
    apiEntry(
      'pauses',
      'select n, pg_sleep(case when n = 2000 then 30 else 0 end) from generate_series(1, 3000) n',
      streamed,
    ),
    apiEntry('two', 'select 1; select 2', streamed),
    apiEntry('writes', `insert into item values (0, 'x', 1) returning id`, {
      ...streamed,
      method: 'POST',
      clean: false,
      reads: false,
    }),
    apiEntry('capped-file', 'select id from item', { max_rows: 1000 }),
    apiEntry('plain', 'select id from item order by id'),
  ])
})

afterAll(async () => {
  await under.stop()
  await db.end()
  await database.drop()
})

const call = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${under.url}/api/${path}`, { method, headers })
const whole = async (path: string, headers: Record<string, string> = {}) => (await call(path, headers)).text()
const code = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]
const recordOf = async (path: string) => {
  await waitFor(() => under.admin.records.some((record) => record.path === `/api/${path}`))
  return under.admin.records.find((record) => record.path === `/api/${path}`)
}
/** Statements of the gateway that run on the data source now. */
const running = async () => {
  const { rows } = await db.query<{ query: string }>(
    `select query from pg_stat_activity where application_name = 'penstock' and datname = current_database() and state = 'active'`,
  )
  return rows.length
}

/** A caller that reads only when it is told to. */
async function slowCaller(path: string, version = '1.1', headers = ''): Promise<Socket> {
  const { hostname, port } = new URL(under.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(`GET /api/${path} HTTP/${version}\r\nHost: x\r\n${headers}\r\n`)
  return socket
}

async function textUntilClosed(socket: Socket): Promise<string> {
  const pieces: Buffer[] = []
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  await once(socket, 'close')
  return Buffer.concat(pieces).toString('utf8')
}

/**
 * Whether an HTTP/1.0 caller sees its connection reset. Reads byte by byte: of data and a reset that come together, libuv tells a reader with
 * room left in its buffer that the connection was closed, which other clients do not.
 */
async function isReset(path: string): Promise<boolean> {
  const { hostname, port } = new URL(under.url)
  const onread = { buffer: new Uint8Array(1), callback: () => true }
  const socket = connect({ port: Number(port), host: hostname, onread })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(`GET /api/${path} HTTP/1.0\r\nHost: x\r\n\r\n`)
  return new Promise((resolve) => socket.once('close', resolve))
}

describe('formats', () => {
  it('are CSV with a header, NDJSON and JSON, by ?format= and by Accept', async () => {
    const csv = await call('items?format=csv')
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="items.csv"')
    const records = (await csv.text()).split('\r\n')
    expect(records).toHaveLength(2002)
    expect(records.slice(0, 2)).toEqual(['id,item_name,price', '1,"item, 1",1.5'])
    const ndjson = await call('items?naming=camel', { accept: 'application/x-ndjson' })
    expect(ndjson.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
    const lines = (await ndjson.text()).trimEnd().split('\n')
    expect(lines).toHaveLength(2000)
    expect(lines[1999]).toBe('{"id":2000,"itemName":"item, 2000","price":3000.0}')
    expect(await (await call('items')).json()).toMatchObject({ success: true })
    expect((await call('items/3/copies?format=csv')).headers.get('content-disposition')).toContain('"copies.csv"')
    expect(await (await call('items/3/copies?format=csv;header=absent')).text()).toBe('3,"item, 3"\r\n')
    expect(await (await call('items/-1/copies?format=csv')).text()).toBe('id,item_name\r\n')
    expect(await (await call('items/-1/copies?format=ndjson')).text()).toBe('')
  })

  it('that are not there are refused: unknown ones, those of an API that does not stream, and all but one reading statement', async () => {
    expect(await code(await call('items?format=xml'))).toEqual([400, 'PARAM_INVALID'])
    expect(await code(await call('items', { accept: 'text/html' }))).toEqual([406, 'NOT_ACCEPTABLE'])
    expect(await code(await call('plain?format=csv'))).toEqual([406, 'NOT_ACCEPTABLE'])
    expect(await code(await call('two?format=ndjson'))).toEqual([406, 'NOT_ACCEPTABLE'])
    expect(await code(await call('writes?format=ndjson', {}, 'POST'))).toEqual([406, 'NOT_ACCEPTABLE'])
    expect((await db.query('select 1 from item where id = 0')).rowCount).toBe(0)
  })

  it('are XLSX for every API that reads, with all rows or none', async () => {
    const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    const file = await call('plain?naming=camel', { accept: xlsx })
    expect([file.status, file.headers.get('content-type')]).toEqual([200, xlsx])
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="plain.xlsx"')
    const parts = unzipSync(new Uint8Array(await file.arrayBuffer()))
    expect(strFromU8(parts['xl/worksheets/sheet1.xml'] ?? new Uint8Array())).toContain('<row r="2"')
    const many = unzipSync(new Uint8Array(await (await call('items?format=xlsx')).arrayBuffer()))
    expect(strFromU8(many['xl/worksheets/sheet1.xml'] ?? new Uint8Array()).match(/<row /g)).toHaveLength(2001)
    expect(strFromU8(many['xl/sharedStrings.xml'] ?? new Uint8Array())).toContain('item, 2000')
    expect(await code(await call('capped-file?format=xlsx'))).toEqual([400, 'STREAM_CAPPED'])
    expect(await code(await call('two?format=xlsx'))).toEqual([406, 'NOT_ACCEPTABLE'])
    expect(await code(await call('writes?format=xlsx', {}, 'POST'))).toEqual([406, 'NOT_ACCEPTABLE'])
    expect((await db.query('select 1 from item where id = 0')).rowCount).toBe(0)
    expect((await recordOf('capped-file'))?.code).toBe('STREAM_CAPPED')
  })

  it('are compressed when the caller asks', async () => {
    const plain = await (await call('items?format=ndjson', { 'accept-encoding': 'identity' })).text()
    for (const [coding, open] of [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const) {
      const socket = await slowCaller('items?format=ndjson', '1.0', `Accept-Encoding: ${coding}\r\n`)
      const pieces: Buffer[] = []
      socket.on('data', (piece: Buffer) => pieces.push(piece))
      await once(socket, 'close')
      const all = Buffer.concat(pieces)
      const end = all.indexOf('\r\n\r\n')
      expect(all.subarray(0, end).toString()).toContain(`Content-Encoding: ${coding}`)
      expect(all.length).toBeLessThan(plain.length / 3)
      expect(open(all.subarray(end + 4)).toString()).toBe(plain)
    }
  })

  it('answer HEAD with the head alone, and stop the statement', async () => {
    const head = await call('endless?format=csv', {}, 'HEAD')
    expect([head.status, await head.text()]).toEqual([200, ''])
    await waitFor(async () => (await running()) === 0)
    expect((await call('broken?format=csv', {}, 'HEAD')).status).toBe(400)
  })
})

describe('an answer that is not complete', () => {
  it('never looks complete: over max_rows the connection breaks behind the last row', async () => {
    await expect(whole('capped?format=csv')).rejects.toThrow()
    const text = await textUntilClosed(await slowCaller('capped?format=ndjson'))
    expect(text).toContain('{"id":1000}')
    expect(text).not.toContain('{"id":1001}')
    expect(text).not.toContain('\r\n0\r\n')
    expect(await recordOf('capped')).toMatchObject({ status: 400, code: 'STREAM_CAPPED', rows: 1000 })
    const all = await (await call('just-enough?format=ndjson')).text()
    expect(all.trimEnd().split('\n')).toHaveLength(2000)
  })

  it('breaks when the statement fails behind the first row, compressed or not, and before it is an honest error', async () => {
    await expect(whole('breaks?format=csv', { 'accept-encoding': 'identity' })).rejects.toThrow()
    await expect(whole('breaks?format=csv', { 'accept-encoding': 'gzip' })).rejects.toThrow()
    const record = await recordOf('breaks')
    expect(record).toMatchObject({ status: 400, code: 'STATEMENT_REJECTED' })
    expect(record?.response_bytes).toBeGreaterThan(0)
    expect(await code(await call('broken?format=csv'))).toEqual([400, 'STATEMENT_REJECTED'])
  })

  it('resets the connection of a caller without chunks, for whom the end of the connection is the end of the answer', async () => {
    expect(await isReset('items?format=csv')).toBe(false)
    expect(await isReset('breaks?format=csv')).toBe(true)
  })
})

describe('deadlines', () => {
  it('are the API’s own for the whole call, and without one hold for each wait for the data source', async () => {
    await expect(whole('hurried?format=ndjson')).rejects.toThrow()
    expect(await recordOf('hurried')).toMatchObject({ status: 504, code: 'DATASOURCE_TIMEOUT' })
    await expect(whole('pauses?format=ndjson')).rejects.toThrow()
    expect(await recordOf('pauses')).toMatchObject({ status: 504, code: 'DATASOURCE_TIMEOUT' })
    expect(await running()).toBe(0)
  })
})

describe('a caller that goes away', () => {
  it('stops the statement within a second and gives its place in flight back, also when it did not read', async () => {
    const caller = await slowCaller('endless?format=ndjson')
    await once(caller, 'readable')
    await waitFor(async () => (await running()) === 1)
    expect(await code(await call('endless?format=ndjson'))).toEqual([503, 'CONCURRENCY_LIMITED'])
    const leftMs = performance.now()
    caller.destroy()
    await waitFor(async () => (await running()) === 0)
    expect(performance.now() - leftMs).toBeLessThan(1000)
    const again = await slowCaller('endless?format=csv', '1.1', 'Accept-Encoding: br\r\n')
    await waitFor(async () => (await running()) === 1)
    again.destroy()
    await waitFor(async () => (await running()) === 0)
    await waitFor(() => under.admin.records.filter(({ code: one }) => one === 'CALLER_GONE').length >= 2)
    const gone = under.admin.records.find(({ code: one }) => one === 'CALLER_GONE')
    expect(gone).toMatchObject({ status: 499, rows: expect.any(Number) })
    expect(gone?.response_bytes).toBeGreaterThan(0)
  })
})

// Node looks at the bytes that are left twice before it calls a connection idle: ten to twenty seconds.
it('cuts a caller who takes no byte any more, and stops the statement', async () => {
  const stuck = await slowCaller('unread?format=csv')
  const begunMs = performance.now()
  await waitFor(async () => (await running()) === 1)
  await waitUntil(async () => (await running()) === 0, { withinMs: 30_000 })
  expect(performance.now() - begunMs).toBeGreaterThan(9_000)
  expect(await recordOf('unread')).toMatchObject({ status: 499, code: 'CALLER_GONE' })
  stuck.destroy()
}, 45_000)

it('tells rows and bytes of a complete answer in its access record', async () => {
  const body = await (await call('just-enough?format=csv', { 'accept-encoding': 'identity' })).text()
  await waitFor(() => under.admin.records.some(({ response_bytes: bytes }) => bytes === body.length))
  expect(under.admin.records.find(({ response_bytes: bytes }) => bytes === body.length)).toMatchObject({
    status: 200,
    code: null,
    rows: 2000,
  })
})
