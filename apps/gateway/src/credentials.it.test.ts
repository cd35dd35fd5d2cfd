import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiEntry, datasourceEntry } from './test/build-snapshot.js'
import { gatewayUnderTest, waitFor, type GatewayUnderTest } from './test/gateway-under-test.js'

const OLD = 'penstock_rotated_old'
const NEW = 'penstock_rotated_new'
const APIS = [
  apiEntry('who', 'select current_user::text as name'),
  apiEntry('waits', 'select pg_sleep(1)::text as slept, current_user::text as name', { clean: false }),
]
let database: FreshDatabase
let db: pg.Client
let under: GatewayUnderTest

beforeAll(async () => {
  database = await freshDatabase()
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
  for (const role of [OLD, NEW]) {
    await db.query(`DROP ROLE IF EXISTS ${role}`)
    await db.query(`CREATE ROLE ${role} LOGIN PASSWORD 'the password of ${role}'`)
  }
  under = await gatewayUnderTest()
})
afterAll(async () => {
  await under.stop()
  for (const role of [OLD, NEW]) await db.query(`DROP ROLE ${role}`)
  await db.end()
  await database.drop()
})

const as = (role: string): string => {
  const url = new URL(database.url)
  url.username = role
  url.password = `the password of ${role}`
  return url.href
}
const nameOf = async (path: string): Promise<unknown> => {
  const answer = await fetch(`${under.url}/api/${path}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { data: { name: unknown }[] }).data[0]?.name
}
const sessions = async (role: string): Promise<number> =>
  (await db.query('SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = $1', [role])).rows[0].n

it('changes the credentials of a data source without a restart: no call fails, and no session of the old ones is left', async () => {
  await under.publish([datasourceEntry(as(OLD)), ...APIS])
  expect(await nameOf('who')).toBe(OLD)
  const inFlight = nameOf('waits')
  await waitFor(async () => (await sessions(OLD)) > 0)
  await under.publish([datasourceEntry(as(NEW)), ...APIS])
  await db.query(`ALTER ROLE ${OLD} NOLOGIN`)
  expect(await nameOf('who')).toBe(NEW)
  expect(await inFlight).toBe(OLD)
  await waitFor(async () => (await sessions(OLD)) === 0)
})
