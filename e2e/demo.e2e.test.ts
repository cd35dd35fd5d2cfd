// The demo as `npm start` loads it: every line that it prints works when pasted, and its secrets are its own.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { postgresServer, waitUntil } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { call } from './harness/http.js'
import { program, runToEnd } from './harness/programs.js'
import { startSystem, type System } from './harness/start-system.js'

const database = `demo_${randomBytes(6).toString('hex')}`
let system: System
let admin: AdminClient
let folder: string
let gatewayUrl: string
let lines: string[]

async function runDemo(): Promise<string[]> {
  const output = await runToEnd(program('demo', 'main'), {
    env: {
      DATABASE_URL: (await postgresServer()).url,
      DEMO_DATABASE: database,
      DEMO_ADMIN_URL: system.adminUrl,
      DEMO_GATEWAY_URL: gatewayUrl,
      DEMO_STATE_FILE: join(folder, 'demo.json'),
      FIRST_SUPERUSER: system.superuser.username,
      FIRST_SUPERUSER_PASSWORD: system.superuser.password,
    },
  })
  return output.trim().split('\n')
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'penstock-demo-'))
  system = await startSystem({ gateways: 0 })
  // As the starter sets it: the one host and port that the demo's script asks.
  const gateway = await system.addGateway({
    SCRIPT_HTTP_ALLOWED_HOSTS: new URL(system.adminUrl).host,
    SCRIPT_ENV_NAMES: 'PENSTOCK_ADMIN_URL',
    PENSTOCK_ADMIN_URL: system.adminUrl,
  })
  await gateway.start()
  gatewayUrl = gateway.url
  admin = await system.signIn()
  lines = await runDemo()
})
afterAll(async () => {
  await system.stop()
  rmSync(folder, { recursive: true })
  const client = new pg.Client({ connectionString: (await postgresServer()).url })
  await client.connect()
  await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  await client.query(`DROP ROLE IF EXISTS penstock_${database}`)
  await client.end()
})

it('prints curl lines that answer real rows when they are pasted', async () => {
  const curls = lines.filter((line) => line.startsWith('curl '))
  expect(curls).toHaveLength(16)
  const served = async (): Promise<boolean> =>
    (await call('GET', `${gatewayUrl}/api/demo/pilot-reports`)).status === 200
  await waitUntil(served, { withinMs: 3000, what: 'the last API being served' })
  for (const line of curls) {
    const { stdout } = await promisify(execFile)('sh', ['-c', line])
    const answer: { success: boolean; data: unknown[] } = JSON.parse(stdout)
    expect(answer, line).toMatchObject({ success: true })
    expect(answer.data.length, line).toBeGreaterThan(0)
  }
})

it('pages by key through every row once, and says page and total in one call', async () => {
  const seen: number[] = []
  let after = ''
  for (let page = 0; page < 3; page += 1) {
    const { body } = await call('GET', `${gatewayUrl}/api/demo/flights/feed?limit=50${after}`)
    for (const row of body.data) seen.push(row.id)
    const last = body.data.at(-1)
    after = `&after_time=${encodeURIComponent(last.departed_at)}&after_id=${last.id}`
  }
  expect(new Set(seen).size).toBe(150)
  const { body } = await call('GET', `${gatewayUrl}/api/demo/flights/page?origin=SEA&limit=2`)
  expect(body.data).toEqual([[expect.anything(), expect.anything()], [{ total: 339 }]])
})

it('takes what callers type for data: letters of LIKE, quotes, comments', async () => {
  const search = (q: string) => call('GET', `${gatewayUrl}/api/demo/airports?q=${encodeURIComponent(q)}`)
  expect((await search("O'Hare")).body.data.map((row: { iata: string }) => row.iata)).toContain('ORD')
  for (const q of ['%', '_', "' OR 1=1 --", "'; DROP TABLE flights; --"]) {
    expect(await search(q), q).toMatchObject({ status: 200, body: { success: true, data: [] } })
  }
})

it('moves miles from one member to another, or nothing at all', async () => {
  const transfer = (json: object) => call('POST', `${gatewayUrl}/api/demo/miles/transfers`, { json })
  const milesOf = async (member: string): Promise<number> =>
    (await call('GET', `${gatewayUrl}/api/demo/miles/${member}`)).body.data[0].miles
  const before = [await milesOf('amelia'), await milesOf('charles')]
  expect((await transfer({ from: 'amelia', to: 'charles', miles: 10 })).status).toBe(200)
  expect([await milesOf('amelia'), await milesOf('charles')]).toEqual([(before[0] ?? 0) - 10, (before[1] ?? 0) + 10])
  const refused = await transfer({ from: 'charles', to: 'amelia', miles: 99_999 })
  expect([refused.status, refused.body.code]).toEqual([409, 'NOT_ENOUGH_MILES'])
  expect([await milesOf('amelia'), await milesOf('charles')]).toEqual([(before[0] ?? 0) - 10, (before[1] ?? 0) + 10])
  const same = await transfer({ from: 'amelia', to: 'amelia', miles: 1 })
  expect([same.status, same.body.errors]).toEqual([
    400,
    [{ name: 'to', location: 'body', message: 'must be another member than from' }],
  ])
})

it('shapes results by scripts: a macro that measures, a transform that adds keys, a validator of a range', async () => {
  const overview = await call('GET', `${gatewayUrl}/api/demo/airports/SEA/overview`)
  expect(overview.body.data[0]).toMatchObject({ iata: 'SEA', departures: 339 })
  expect(overview.body.data[0].destinations[0].miles).toBeGreaterThan(100)
  const url = `${gatewayUrl}/api/demo/flights/delays-by-hour?origin=SEA`
  expect((await call('GET', url)).body).toMatchObject({ total_flights: 339, worst_hour: expect.any(Number) })
  const refused = await call('GET', `${url}&from_date=2001-02-01&to_date=2001-01-01`)
  expect([refused.status, refused.body.errors[0].message]).toEqual([
    400,
    'must not be before from_date, which is 2001-02-01',
  ])
})

it('asks the control plane over HTTP how it is', async () => {
  const { body } = await call('GET', `${gatewayUrl}/api/demo/platform/health`)
  expect(body).toEqual({ success: true, message: null, data: [{ control_plane: 'well', status: 200 }] })
})

it('keeps a generated secret for the private API where its owner alone reads it', async () => {
  const file = join(folder, 'demo.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const { client } = JSON.parse(readFileSync(file, 'utf8'))
  expect((await call('GET', `${gatewayUrl}/api/demo/routes/busiest`)).status).toBe(401)
  const issued = await call('POST', `${gatewayUrl}/api/token/generate`, { json: client })
  const busiest = await call('GET', `${gatewayUrl}/api/demo/routes/busiest?limit=3`, {
    token: issued.body.access_token,
  })
  expect(busiest.body.data).toHaveLength(3)
})

it('changes nothing when it is run again', async () => {
  const before = (await admin.get('audit-log?page_size=1')).body
  const again = await runDemo()
  expect(again.join('\n')).toContain('0 of them published now')
  const { body } = await admin.get('audit-log?resource_type=api&page_size=1')
  expect(body.data[0].at <= before.data[0].at).toBe(true)
})
