// Access records over Redis to the worker, and over admin while Redis is away: every call is on record once.
import { startRedis, tcpProxy, waitUntil, type OwnedRedis, type TcpProxy } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { flights, publishedApi, type Flights } from './harness/flights.js'
import { call } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

let server: OwnedRedis
let network: TcpProxy
let system: System
let admin: AdminClient
let place: Flights

beforeAll(async () => {
  server = await startRedis()
  const { hostname, port } = new URL(server.url)
  network = await tcpProxy({ host: hostname, port: Number(port) })
  system = await startSystem({ worker: true, env: { REDIS_URL: network.via(server.url) } })
  admin = await system.signIn()
  place = await flights(admin)
  await publishedApi(admin, place, { name: 'all flights', path: 'flights', content: 'SELECT id FROM flights' })
  await waitUntil(async () => (await get('flights')) === 200, { withinMs: 5_000, what: 'the API' })
})
afterAll(async () => {
  await system.stop()
  await place.drop()
  await network.close()
  await server.stop()
})

const get = async (path: string): Promise<number> =>
  (await call('GET', `${system.gateways[0]?.url}/api/${path}`)).status
const logged = async (path: string): Promise<{ status: number }[]> =>
  (await admin.get(`access-logs?path=${path}`)).body.data
const arrives = (path: string) =>
  waitUntil(async () => (await logged(path)).length > 0, { withinMs: 10_000, what: `the record of ${path}` })

/** Asked of the database itself: admin cannot be. */
async function isStored(path: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: system.configDatabaseUrl })
  await client.connect()
  try {
    return (await client.query('SELECT FROM access_records WHERE path = $1', [path])).rowCount === 1
  } finally {
    await client.end()
  }
}

it('come over Redis while admin is away, refused calls too, and are stored by the worker', async () => {
  await system.killAdmin()
  expect(await get('refused-while-admin-is-away')).toBe(404)
  await waitUntil(() => isStored('/api/refused-while-admin-is-away'), { withinMs: 10_000, what: 'the record' })
  await system.startAdmin()
  admin = await system.signIn()
  expect(await logged('refused-while-admin-is-away')).toMatchObject([{ status: 404 }])
})

it('come over admin while Redis is away', async () => {
  network.cut()
  expect(await get('refused-while-redis-is-away')).toBe(404)
  await arrives('refused-while-redis-is-away')
  network.heal()
  expect(await logged('refused-while-redis-is-away')).toHaveLength(1)
})
