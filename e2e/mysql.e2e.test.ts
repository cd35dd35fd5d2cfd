// A MariaDB as a data source, from its test in admin to calls on a gateway, and what a caller leaves running when it goes.
import { startMariadb, waitUntil, type OwnedMariadb } from '@penstock/testing'
import { createConnection } from 'mysql2'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { publishedApi } from './harness/flights.js'
import { call } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

let mariadb: OwnedMariadb
let system: System
let admin: AdminClient
let address: Record<string, unknown>
const place = { datasourceId: '', moduleId: '', drop: () => Promise.resolve() }

async function onMariadb(text: string): Promise<readonly unknown[]> {
  const connection = createConnection({ uri: mariadb.url, multipleStatements: true })
  try {
    return await new Promise((resolve, reject) => {
      connection.query(text, (error, rows) =>
        error === null ? resolve(Array.isArray(rows) ? rows : []) : reject(error),
      )
    })
  } finally {
    connection.destroy()
  }
}

const gatewayUrl = (): string => system.gateways[0]?.url ?? ''
const served = (path: string, status = 200): Promise<void> =>
  waitUntil(async () => (await call('GET', `${gatewayUrl()}/api/${path}`)).status === status, {
    withinMs: 3000,
    what: `${path} answering ${status}`,
  })

beforeAll(async () => {
  ;[mariadb, system] = await Promise.all([startMariadb(), startSystem({ gateways: 1 })])
  admin = await system.signIn()
  await onMariadb(`
    CREATE DATABASE e2e_flights CHARACTER SET utf8mb4;
    CREATE TABLE e2e_flights.flights (id bigint PRIMARY KEY, origin varchar(3), fare decimal(10, 2), late boolean);
    INSERT INTO e2e_flights.flights VALUES (9007199254740993, 'SEA', 120.50, true), (2, 'JFK', 80.00, false), (3, 'LAX', 1, null);`)
  const url = new URL(mariadb.url)
  address = {
    product_type: 'mysql',
    host: url.hostname,
    port: Number(url.port),
    database: 'e2e_flights',
    username: url.username,
    password: decodeURIComponent(url.password),
    ssl: { mode: 'disable' },
  }
  place.moduleId = (await admin.create('modules', { name: 'mysql' })).id
})
afterAll(async () => {
  await system.stop()
  await onMariadb('DROP DATABASE e2e_flights')
  await mariadb.stop()
})

it('is tested unsaved and saved, and shows its tables', async () => {
  expect((await admin.post('datasources/test', address)).body).toMatchObject({
    success: true,
    server_version: expect.stringContaining('MariaDB'),
  })
  place.datasourceId = (await admin.create('datasources', { name: 'mariadb', ...address })).id
  expect((await admin.post(`datasources/${place.datasourceId}/test`)).body).toMatchObject({ success: true })
  const { body } = await admin.get(`datasources/${place.datasourceId}/schema`)
  expect(body.tables).toMatchObject([{ name: 'flights', columns: [{ name: 'id', type: 'bigint(20)' }, {}, {}, {}] }])
})

it('answers a published API with values by their types, lists of every length among its parameters', async () => {
  await publishedApi(admin, place, {
    name: 'mysql flights',
    path: 'mysql/flights',
    content:
      'SELECT * FROM flights WHERE origin IN {{ origins | in_list }} AND origin <> {{ hostile }} ORDER BY id DESC',
    params: [
      { name: 'origins', location: 'query', data_type: 'array' },
      { name: 'hostile', location: 'query', data_type: 'string', default_value: 'none' },
    ],
  })
  await served('mysql/flights')
  const first = { id: expect.anything(), origin: 'SEA', fare: 120.5, late: true }
  const ids = async (query: string): Promise<unknown> => {
    const { body } = await call('GET', `${gatewayUrl()}/api/mysql/flights?${query}`)
    return body.data
  }
  expect(await ids('origins=SEA')).toEqual([first])
  expect(await ids('origins=SEA,JFK,XXX')).toMatchObject([first, { id: 2, late: false }])
  expect(await ids('')).toEqual([])
  expect(await ids(`origins=SEA&hostile=${encodeURIComponent(`\\' OR 1=1 -- `)}`)).toEqual([first])
  const answer = await fetch(`${gatewayUrl()}/api/mysql/flights?origins=SEA`)
  expect(await answer.text()).toContain('"id":9007199254740993')
})

it('refuses to publish what the server cannot prepare', async () => {
  const wrong = { name: 'wrong', path: 'mysql/wrong', content: 'SELECT nowhere FROM flights' }
  await expect(publishedApi(admin, place, wrong)).rejects.toThrow(/nowhere/)
})

it('writes in one transaction, and never for a GET', async () => {
  await publishedApi(admin, place, {
    name: 'mysql add',
    path: 'mysql/add',
    http_method: 'POST',
    content: `INSERT INTO flights VALUES ({{ id }}, 'NEW', 1, false); INSERT INTO flights VALUES (2, 'DUP', 1, false)`,
    params: [{ name: 'id', location: 'body', data_type: 'integer', required: true }],
  })
  const add = () => call('POST', `${gatewayUrl()}/api/mysql/add`, { json: { id: 50 } })
  await waitUntil(async () => (await add()).status === 400, { withinMs: 3000, what: 'the refusal of a duplicate' })
  expect(await onMariadb(`SELECT * FROM e2e_flights.flights WHERE id = 50`)).toEqual([])
})

it('stops the statement of a caller that went away', async () => {
  await publishedApi(admin, place, {
    name: 'mysql slow',
    path: 'mysql/slow',
    content: 'SELECT sleep({{ seconds }}) AS e2e_gone',
    params: [{ name: 'seconds', location: 'query', data_type: 'integer', required: true }],
  })
  await served('mysql/slow?seconds=0')
  const running = async (): Promise<number> =>
    (
      await onMariadb(
        `SELECT 1 FROM information_schema.processlist WHERE db = 'e2e_flights' AND info LIKE '%e2e_gone%' AND id <> connection_id()`,
      )
    ).length
  const caller = new AbortController()
  const gone = fetch(`${gatewayUrl()}/api/mysql/slow?seconds=25`, { signal: caller.signal }).catch(() => undefined)
  await waitUntil(async () => (await running()) === 1, { withinMs: 3000, what: 'the statement running' })
  caller.abort()
  await gone
  await waitUntil(async () => (await running()) === 0, { withinMs: 1000, what: 'the statement having stopped' })
})
