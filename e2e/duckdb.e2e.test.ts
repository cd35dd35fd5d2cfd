// A folder of Parquet, CSV and JSON as a data source, from its test in admin to calls on a gateway, and what happens to its process.
import { DuckDBInstance } from '@duckdb/node-api'
import { waitUntil } from '@penstock/testing'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { publishedApi } from './harness/flights.js'
import { call } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

const ROWS = 1_000_000
const MEGABYTE = 1_048_576

let system: System
let admin: AdminClient
let root: string
const place = { datasourceId: '', moduleId: '', drop: () => Promise.resolve() }
const address = { product_type: 'duckdb', database: 'air' }

const gatewayUrl = (): string => system.gateways[0]?.url ?? ''
const gatewayPid = (): number => system.gateways[0]?.pid() ?? 0
const served = (path: string, status = 200): Promise<void> =>
  waitUntil(async () => (await call('GET', `${gatewayUrl()}/api/${path}`)).status === status, {
    withinMs: 5000,
    what: `${path} answering ${status}`,
  })

/** The process that holds DuckDB for the gateway; undefined when there is none. */
function duckdbPid(): number | undefined {
  const children = readFileSync(`/proc/${gatewayPid()}/task/${gatewayPid()}/children`, 'utf8').split(' ')
  return children
    .filter((pid) => pid !== '')
    .map(Number)
    .find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('datasource-duckdb'))
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

/** Time that a process has had of the processors, in hundredths of a second. */
function processorTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'penstock-e2e-files-'))
  const air = join(root, 'air')
  await mkdir(air)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`
    COPY (FROM (VALUES (9007199254740993, 'SEA', 120.50::DECIMAL(10, 2), true, DATE '2026-01-02'),
                       (2, 'JFK', 80.00, false, DATE '2026-01-03'), (3, 'LAX', 1.00, null, null))
          AS f(id, origin, fare, late, day)) TO '${join(air, 'flights.parquet')}'`)
  await connection.run(
    `COPY (SELECT range AS id, 'a, "text"' AS name, 12.50 AS price FROM range(${ROWS})) TO '${join(air, 'many.parquet')}'`,
  )
  connection.closeSync()
  instance.closeSync()
  await writeFile(join(air, 'airports.csv'), 'code,city\nSEA,"Seattle, WA"\nJFK,New York\nLAX,Los Angeles\n')
  await writeFile(join(air, 'crews.json'), '[{"origin":"SEA","names":["Ada","Bob"]},{"origin":"JFK","names":[]}]')
  await writeFile(join(root, 'secret.csv'), 'secret\nbeside the folder\n')
  await symlink(join(root, 'secret.csv'), join(air, 'link.csv'))
  system = await startSystem({ env: { DUCKDB_ROOT: root, FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0' } })
  admin = await system.signIn()
  place.moduleId = (await admin.create('modules', { name: 'duckdb' })).id
})
afterAll(async () => {
  await system?.stop()
  await rm(root, { recursive: true, force: true })
})

it('is tested unsaved and saved, and shows its files as tables', async () => {
  expect((await admin.post('datasources/test', address)).body).toMatchObject({
    success: true,
    server_version: expect.stringContaining('DuckDB v1.5'),
  })
  expect((await admin.post('datasources/test', { ...address, database: '../..' })).body).toMatchObject({
    success: false,
    message: expect.stringContaining('DUCKDB_ROOT'),
  })
  place.datasourceId = (await admin.create('datasources', { name: 'files', ...address })).id
  expect((await admin.post(`datasources/${place.datasourceId}/test`)).body).toMatchObject({ success: true })
  const { body } = await admin.get(`datasources/${place.datasourceId}/schema`)
  expect(body.tables).toMatchObject([
    { name: 'airports', columns: [{ name: 'code', type: 'VARCHAR' }, { name: 'city' }] },
    { name: 'crews' },
    { name: 'flights', columns: [{ name: 'id', type: 'BIGINT' }, {}, { type: 'DECIMAL(10,2)' }, {}, {}] },
    { name: 'many' },
  ])
})

it('costs a gateway nothing until it is asked', () => {
  expect(duckdbPid()).toBeUndefined()
  expect(readFileSync(`/proc/${gatewayPid()}/maps`, 'utf8')).not.toContain('duckdb')
})

it('answers a published API over Parquet, CSV and JSON together', async () => {
  await publishedApi(admin, place, {
    name: 'flights of files',
    path: 'files/flights',
    content: `
      SELECT f.*, a.city, c.names FROM flights f JOIN airports a ON a.code = f.origin LEFT JOIN crews c USING (origin)
      {% where %}f.origin IN {{ origins | in_list }} AND f.day >= {{ from }} AND f.origin <> {{ hostile }}{% endwhere %}
      ORDER BY f.id DESC`,
    params: [
      { name: 'origins', location: 'query', data_type: 'array' },
      { name: 'from', location: 'query', data_type: 'date', default_value: '2000-01-01' },
      { name: 'hostile', location: 'query', data_type: 'string', default_value: 'none' },
    ],
  })
  await served('files/flights')
  const ask = async (query: string): Promise<unknown> =>
    (await call('GET', `${gatewayUrl()}/api/files/flights?${query}`)).body.data
  const seattle = {
    origin: 'SEA',
    fare: 120.5,
    late: true,
    day: '2026-01-02',
    city: 'Seattle, WA',
    names: ['Ada', 'Bob'],
  }
  expect(await ask('origins=SEA')).toMatchObject([seattle])
  expect(await ask('origins=SEA,JFK,XXX')).toMatchObject([seattle, { id: 2, late: false, names: [] }])
  expect(await ask('origins=SEA,JFK&from=2026-01-03')).toMatchObject([{ id: 2 }])
  expect(await ask('')).toEqual([])
  expect(await ask(`origins=SEA&hostile=${encodeURIComponent(`x' OR 1=1; COPY flights TO 'x.csv' --`)}`)).toMatchObject(
    [seattle],
  )
  const answer = await fetch(`${gatewayUrl()}/api/files/flights?origins=SEA`)
  expect(await answer.text()).toContain('"id":9007199254740993')
})

it('is debugged like any other', async () => {
  const { id } = await admin.create('apis', {
    module_id: place.moduleId,
    datasource_id: place.datasourceId,
    name: 'tried',
    path: 'files/tried',
    http_method: 'GET',
    execute_engine: 'SQL',
    access_type: 'public',
    content: 'SELECT origin FROM flights WHERE id = {{ id }}',
    params: [{ name: 'id', location: 'query', data_type: 'integer' }],
  })
  expect((await admin.post(`apis/${id}/debug`, { params: { id: 2 } })).body).toMatchObject({
    data: [{ origin: 'JFK' }],
  })
})

it.each([
  ['a column that is not there', 'SELECT nowhere FROM flights', /nowhere/],
  ['a file of the system', `SELECT * FROM read_text('/etc/passwd')`, /Cannot access file/],
  ['a file beside the folder', `SELECT * FROM read_csv('../secret.csv')`, /Cannot access file/],
  ['a link out of the folder', `SELECT * FROM read_csv('link.csv')`, /Cannot access file/],
  ['a write', `COPY flights TO 'written.csv'`, /only reads|SELECT/],
  ['an extension', 'INSTALL httpfs', /only reads|SELECT/],
  ['a setting', 'SET enable_external_access = true', /only reads|SELECT/],
  ['another database', `ATTACH 'written.duckdb'`, /only reads|SELECT/],
  ['a log file', `SELECT * FROM enable_logging(storage_path = 'written')`, /does more than read/],
])('refuses to publish %s', async (what, content, why) => {
  const before = readdirSync(join(root, 'air'))
  const wrong = { name: what, path: `files/wrong-${what.replaceAll(' ', '-')}`, content }
  await expect(publishedApi(admin, place, wrong)).rejects.toThrow(why)
  await expect(publishedApi(admin, place, { ...wrong, http_method: 'POST' })).rejects.toThrow(why)
  expect(readdirSync(join(root, 'air'))).toEqual(before)
})

it('streams a million rows within 64 MB of the gateway, and stops for a caller who leaves', async () => {
  await publishedApi(admin, place, { name: 'many', path: 'files/many', content: 'SELECT * FROM many', stream: true })
  await waitUntil(async () => (await call('HEAD', `${gatewayUrl()}/api/files/many?format=csv`)).status === 200, {
    withinMs: 5000,
    what: 'the stream',
  })
  // The first tells what streaming itself takes; what comes after must not take more with every row.
  let before: number | undefined
  for (const format of ['csv', 'csv', 'ndjson']) {
    const answer = await fetch(`${gatewayUrl()}/api/files/many?format=${format}`)
    let [lines, most] = [0, 0]
    for await (const piece of answer.body ?? []) {
      for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) lines += 1
      most = Math.max(most, residentBytes(gatewayPid()))
    }
    expect(lines).toBe(format === 'csv' ? ROWS + 1 : ROWS)
    console.log(`${format}: at most ${(most / MEGABYTE).toFixed(1)} MB`)
    expect(most - (before ??= residentBytes(gatewayPid()))).toBeLessThan(64 * MEGABYTE)
  }
  const caller = new AbortController()
  const left = await fetch(`${gatewayUrl()}/api/files/many?format=csv`, { signal: caller.signal })
  await left.body?.getReader().read()
  caller.abort()
  await served('files/flights?origins=SEA')
})

it('answers honestly when its process is killed in the middle of a call, and rightly the next time', async () => {
  await publishedApi(admin, place, {
    name: 'slow',
    path: 'files/slow',
    content: 'SELECT count(*) AS n FROM range({{ rows }}) r WHERE hash(r.range) % 7 = 1',
    params: [{ name: 'rows', location: 'query', data_type: 'integer', required: true }],
  })
  await served('files/slow?rows=1')
  const killed = duckdbPid() ?? 0
  const before = processorTicks(killed)
  const inFlight = call('GET', `${gatewayUrl()}/api/files/slow?rows=1000000000000`)
  await waitUntil(() => Promise.resolve(processorTicks(killed) > before + 20), {
    withinMs: 10_000,
    what: 'it being at work',
  })
  process.kill(killed, 'SIGKILL')
  expect(await inFlight).toMatchObject({ status: 502, body: { code: 'DATASOURCE_REFUSED' } })
  expect((await call('GET', `${gatewayUrl()}/api/files/flights?origins=SEA`)).status).toBe(200)
  expect(duckdbPid()).not.toBe(killed)
})

it('gets over a process that hangs: the call ends in time, and the next one has another process', async () => {
  await publishedApi(admin, place, {
    name: 'hurried',
    path: 'files/hurried',
    content: 'SELECT sleep_ms({{ ms }}) AS slept',
    timeout_ms: 500,
    params: [{ name: 'ms', location: 'query', data_type: 'integer', required: true }],
  })
  await served('files/hurried?ms=0')
  const stuck = duckdbPid()
  process.kill(stuck ?? 0, 'SIGSTOP')
  expect((await call('GET', `${gatewayUrl()}/api/files/hurried?ms=20000`)).status).toBe(504)
  await waitUntil(() => Promise.resolve(!existsSync(`/proc/${stuck ?? 0}`)), {
    withinMs: 5000,
    what: 'the end of the process',
  })
  expect((await call('GET', `${gatewayUrl()}/api/files/flights?origins=SEA`)).status).toBe(200)
})

it('says what is missing where the operator allows no folder', async () => {
  const gateway = await system.addGateway({ DUCKDB_ROOT: '', LOG_LEVEL: 'debug' })
  await gateway.start()
  const { status, body } = await call('GET', `${gateway.url}/api/files/flights?origins=SEA`)
  expect([status, body.code]).toEqual([502, 'DATASOURCE_REFUSED'])
  expect(JSON.stringify(body)).toContain('DUCKDB_ROOT is not set')
})
