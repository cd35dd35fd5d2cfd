// The walkthrough of the documents, run as it is printed: what it says holds on two gateways.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSystem, type System } from './harness/start-system.js'

const script = fileURLToPath(new URL('../docs/walkthrough.sh', import.meta.url))
let system: System
let airports: FreshDatabase

beforeAll(async () => {
  airports = await freshDatabase()
  const client = new pg.Client({ connectionString: airports.url })
  await client.connect()
  await client.query(`
    CREATE TABLE airports (iata text PRIMARY KEY, name text, city text, state text, latitude float8);
    INSERT INTO airports VALUES ('SEA', 'Seattle-Tacoma Intl', 'Seattle', 'WA', 47.45);`)
  await client.end()
  system = await startSystem({ gateways: 2 })
})
afterAll(async () => {
  await system.stop()
  await airports.drop()
})

it('holds from the first login to the last rollback, and leaves nothing behind', async () => {
  const url = new URL(airports.url)
  const [first, second] = system.gateways
  const { stdout } = await promisify(execFile)('bash', [script], {
    env: {
      PATH: process.env['PATH'],
      ADMIN: system.adminUrl,
      ADMIN_USER: system.superuser.username,
      ADMIN_PASSWORD: system.superuser.password,
      GATEWAY: first?.url,
      GATEWAY_2: second?.url,
      DB_HOST: url.hostname,
      DB_PORT: url.port,
      DB_NAME: url.pathname.slice(1),
      DB_USER: url.username,
      DB_PASSWORD: url.password,
    },
  })
  expect(stdout).toContain('walkthrough: all steps held')
  const admin = await system.signIn()
  for (const list of ['apis', 'modules', 'groups', 'clients', 'datasources']) {
    expect((await admin.get(`${list}?name=walkthrough`)).body.total, list).toBe(0)
  }
})
