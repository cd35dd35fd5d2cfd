// Trino as a data source, from its test in admin to calls on a gateway. The server speaks the protocol and runs statements on PostgreSQL.
import { freshDatabase, startTrino, waitUntil, type FreshDatabase, type ProtocolTrino } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { createApi, publishedApi } from './harness/flights.js'
import { call } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

let trino: ProtocolTrino
let database: FreshDatabase
let system: System
let admin: AdminClient
let address: Record<string, unknown>
const place = { datasourceId: '', moduleId: '', drop: () => Promise.resolve() }

async function onPostgres(text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query(text)).rows ?? []
  } finally {
    await client.end()
  }
}

const gatewayUrl = (): string => system.gateways[0]?.url ?? ''
const served = (path: string, status = 200): Promise<void> =>
  waitUntil(async () => (await call('GET', `${gatewayUrl()}/api/${path}`)).status === status, {
    withinMs: 3000,
    what: `${path} answering ${status}`,
  })

beforeAll(async () => {
  ;[trino, database, system] = await Promise.all([startTrino(), freshDatabase(), startSystem({ gateways: 1 })])
  admin = await system.signIn()
  await onPostgres(`
    CREATE TABLE flights (id bigint NOT NULL, origin varchar(3), fare decimal(10, 2), day date, tags varchar[]);
    INSERT INTO flights VALUES (9007199254740993, 'SEA', 120.50, '2026-01-02', '{a,b}'), (2, 'JFK', 80.00, '2026-01-03', null), (3, 'LAX', 1, null, '{}');`)
  address = {
    product_type: 'trino',
    host: '127.0.0.1',
    port: trino.port,
    database: `${new URL(database.url).pathname.slice(1)}/public`,
    username: 'analyst',
    ssl: { mode: 'disable' },
  }
  place.moduleId = (await admin.create('modules', { name: 'trino' })).id
})
afterAll(async () => {
  await system.stop()
  await trino.stop()
  await database.drop()
})

it('is tested unsaved and saved, and shows its tables', async () => {
  expect((await admin.post('datasources/test', address)).body).toMatchObject({
    success: true,
    server_version: expect.stringMatching(/^\d+/),
  })
  place.datasourceId = (await admin.create('datasources', { name: 'trino', ...address })).id
  expect((await admin.post(`datasources/${place.datasourceId}/test`)).body).toMatchObject({ success: true })
  const { body } = await admin.get(`datasources/${place.datasourceId}/schema`)
  expect(body.tables).toMatchObject([{ name: 'flights', schema: 'public', columns: [{ name: 'id' }, {}, {}, {}, {}] }])
})

it('says what is wrong with its place before any API needs it', async () => {
  for (const name of ['nowhere/public', `${String(address['database']).split('/')[0]}/missing`]) {
    const { body } = await admin.post('datasources/test', { ...address, database: name })
    expect(body).toMatchObject({
      success: false,
      message: expect.stringContaining(name.includes('missing') ? 'missing' : 'nowhere'),
    })
  }
  for (const [change, field] of [
    [{ database: 'a.b.c d' }, 'database'],
    [{ password: 'secret' }, 'ssl'],
  ] as const) {
    const wrong = { ...address, ...change }
    expect(await admin.post('datasources/test', wrong)).toMatchObject({ status: 422, body: { errors: [{ field }] } })
    expect(await admin.post('datasources', { name: 'wrong', ...wrong })).toMatchObject({ status: 422 })
    expect(await admin.patch(`datasources/${place.datasourceId}`, change)).toMatchObject({ status: 422 })
  }
})

it('listens on the usual port of its kind when none is said', async () => {
  for (const [ssl, port] of [
    [{ mode: 'disable' }, 8080],
    [{ mode: 'verify-full' }, 8443],
  ] as const) {
    const { id } = await admin.create('datasources', { name: `usual ${port}`, ...address, port: undefined, ssl })
    expect((await admin.get(`datasources/${id}`)).body).toMatchObject({ port })
  }
})

it('answers a published API with values by their types, each parameter a literal of its declared type', async () => {
  await publishedApi(admin, place, {
    name: 'trino flights',
    path: 'trino/flights',
    content: `SELECT * FROM flights {% where %}
        {% if day %} AND day >= {{ day }} {% endif %}
        {% if id %} AND id = {{ id }} {% endif %}
        {% if fare %} AND fare < {{ fare }} {% endif %}
        AND origin IN {{ origins | in_list }} AND origin <> {{ hostile }}
        {% if start %} AND origin LIKE {{ start | sql_like_start }} {% endif %} {% endwhere %} ORDER BY id DESC`,
    params: [
      { name: 'origins', location: 'query', data_type: 'array' },
      { name: 'hostile', location: 'query', data_type: 'string', default_value: 'none' },
      { name: 'day', location: 'query', data_type: 'date' },
      { name: 'id', location: 'query', data_type: 'integer' },
      { name: 'fare', location: 'query', data_type: 'number' },
      { name: 'start', location: 'query', data_type: 'string' },
    ],
  })
  await served('trino/flights')
  const ids = async (query: string): Promise<unknown> => {
    const { body } = await call('GET', `${gatewayUrl()}/api/trino/flights?${query}`)
    return Array.isArray(body.data) ? body.data.map((row: { id: number }) => row.id) : body
  }
  const first = 9007199254740992 // as far as JavaScript sees
  expect(await ids('origins=SEA,JFK,LAX')).toEqual([first, 3, 2])
  expect(await ids('origins=SEA,JFK&day=2026-01-03')).toEqual([2])
  expect(await ids('origins=SEA,JFK,LAX&id=9007199254740993')).toEqual([first])
  expect(await ids('origins=SEA,JFK,LAX&fare=80.01')).toEqual([3, 2])
  expect(await ids('origins=SEA,JFK,LAX&start=J')).toEqual([2])
  expect(await ids('origins=SEA,JFK,LAX&start=_')).toEqual([])
  expect(await ids('')).toEqual([])
  expect(await ids(`origins=SEA&hostile=${encodeURIComponent(`' OR 1=1 --`)}`)).toEqual([first])
  expect(await ids(`origins=${encodeURIComponent(`x') OR ('1'='1`)}`)).toEqual([])
  const answer = await fetch(`${gatewayUrl()}/api/trino/flights?origins=SEA`)
  expect(await answer.text()).toContain(
    '{"id":9007199254740993,"origin":"SEA","fare":120.50,"day":"2026-01-02","tags":["a","b"]}',
  )
})

it('streams NDJSON and CSV part by part', async () => {
  await publishedApi(admin, place, {
    name: 'trino series',
    path: 'trino/series',
    content: 'SELECT n FROM TABLE(sequence(1, 100000)) AS t(n)',
    stream: true,
  })
  await served('trino/series?format=csv')
  const csv = await (await fetch(`${gatewayUrl()}/api/trino/series?format=csv`)).text()
  expect(csv.trimEnd().split(/\r?\n/)).toHaveLength(100_001)
  const lines = (await (await fetch(`${gatewayUrl()}/api/trino/series?format=ndjson`)).text()).trimEnd().split('\n')
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([100_000, '{"n":1}', '{"n":100000}'])
})

it.each([
  ['a column that is not there', 'GET', 'SELECT nowhere FROM flights', /nowhere/],
  ['a write of a GET', 'GET', 'DELETE FROM flights', /only reads/],
  [
    'a function that hands its text to another system',
    'GET',
    `SELECT * FROM TABLE(pg.system.query(query => 'x'))`,
    /./,
  ],
  ['a write that is not alone', 'POST', `SELECT 1; DELETE FROM flights`, /alone/],
  ['a change of the session', 'POST', `SET SESSION query_max_run_time = '1h'`, /./],
])('refuses to publish %s', async (_what, method, content, said) => {
  const wrong = { name: `wrong ${content}`, path: `trino/wrong-${content.length}`, http_method: method, content }
  const id = await createApi(admin, place, wrong)
  await expect(admin.create(`apis/${id}/publish`, {})).rejects.toThrow(said)
})

it('writes with one statement, shows reads in the debugger, and refuses to only try a write', async () => {
  const id = await publishedApi(admin, place, {
    name: 'trino add',
    path: 'trino/add',
    http_method: 'POST',
    content: `INSERT INTO flights (id, origin, day) VALUES ({{ id }}, 'NEW', {{ day }})`,
    params: [
      { name: 'id', location: 'body', data_type: 'integer', required: true },
      { name: 'day', location: 'body', data_type: 'date' },
    ],
  })
  const add = () => call('POST', `${gatewayUrl()}/api/trino/add`, { json: { id: 50, day: '2026-02-03' } })
  await waitUntil(async () => (await add()).status === 200, { withinMs: 3000, what: 'the insert' })
  expect(await onPostgres(`SELECT DISTINCT id, day::text FROM flights WHERE id = 50`)).toEqual([
    { id: '50', day: '2026-02-03' },
  ])
  const before = await onPostgres('SELECT count(*) FROM flights')
  const tried = await admin.post(`apis/${id}/debug`, { params: { id: 60 } })
  expect(JSON.stringify(tried.body)).toContain('cannot be tried out')
  expect(await onPostgres('SELECT count(*) FROM flights')).toEqual(before)
  const read = await createApi(admin, place, {
    name: 'trino read',
    path: 'trino/read',
    content: 'SELECT origin FROM flights WHERE id = {{ id }}',
    params: [{ name: 'id', location: 'query', data_type: 'integer' }],
  })
  expect((await admin.post(`apis/${read}/debug`, { params: { id: 2 } })).body).toMatchObject({
    data: [{ origin: 'JFK' }],
    debug: { statements: [{ sql: 'SELECT origin FROM flights WHERE id = ?', binds: [2] }] },
  })
})

it('answers scripts, whose binds are literals too and whose transactions it has not', async () => {
  const script = (path: string, content: string) =>
    publishedApi(admin, place, { name: path, path, execute_engine: 'SCRIPT', content })
  await script(
    'trino/script',
    `result = await db.query('SELECT origin FROM flights WHERE id = :id AND origin <> :no', { id: 2, no: "' OR 1=1 --" })`,
  )
  await script('trino/script-tx', `result = await db.tx(async (tx) => tx.query('SELECT 1'))`)
  await served('trino/script')
  expect((await call('GET', `${gatewayUrl()}/api/trino/script`)).body).toMatchObject({ data: [{ origin: 'JFK' }] })
  await served('trino/script-tx', 500)
})

it('stops the statement of a caller that went away', async () => {
  await publishedApi(admin, place, {
    name: 'trino slow',
    path: 'trino/slow',
    content: 'SELECT count(*) AS e2e_gone FROM TABLE(sequence(1, {{ rows }})) AS t(n)',
    params: [{ name: 'rows', location: 'query', data_type: 'integer', required: true }],
  })
  await served('trino/slow?rows=1')
  const running = async (): Promise<number> =>
    (
      await onPostgres(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%e2e_gone%' AND state = 'active' AND pid <> pg_backend_pid()`,
      )
    ).length
  const caller = new AbortController()
  const url = `${gatewayUrl()}/api/trino/slow?rows=1000000000000`
  const gone = fetch(url, { signal: caller.signal }).catch(() => undefined)
  await waitUntil(async () => (await running()) === 1, { withinMs: 3000, what: 'the statement running' })
  caller.abort()
  await gone
  await waitUntil(async () => (await running()) === 0, { withinMs: 1000, what: 'the statement having stopped' })
})
