import { freshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, it } from 'vitest'
import type { AdminClient } from '../e2e/harness/admin-client.js'
import { call } from '../e2e/harness/http.js'
import { startSystem, type System } from '../e2e/harness/start-system.js'
import { interleave } from './harness/interleave.js'
import type { Target } from './harness/load.js'
import { startReference, type Reference } from './harness/reference.js'
import { publish, table } from './harness/report.js'

const ACCOUNTS = 100_000
const CLIENTS = 200
const QUICK = process.env['BENCH_QUICK'] === '1'
const RUN = QUICK ? { rounds: 3, seconds: 2, connections: 32 } : { rounds: 5, seconds: 6, connections: 32 }

let database: Awaited<ReturnType<typeof freshDatabase>>
let system: System
let byHand: Reference
let empty: Reference
let tokens: string[]

beforeAll(async () => {
  database = await freshDatabase()
  await fill(database.url)
  byHand = await startReference('hand-written.mjs', database.url)
  empty = await startReference('empty.mjs')
  system = await startSystem({ env: { AUTH_RATE_LIMIT_TOKEN_GENERATE: '0', EXTERNAL_DB_POOL_SIZE: '10' } })
  tokens = await publishApis(await system.signIn(), new URL(database.url))
})
afterAll(async () => {
  byHand?.stop()
  empty?.stop()
  await system?.stop()
  await database?.drop()
})

it('measures reads', async () => {
  const point = (index: number) => `/api/point?aid=${1 + ((index * 7919) % ACCOUNTS)}`
  const page = (limit: number) => (index: number) =>
    `/api/page?after=${(index * 7919) % (ACCOUNTS - limit)}&limit=${limit}`
  const pages = []
  for (const { title, path } of [
    { title: 'Private point read: token, grants, rate and concurrency limits, access record, metrics', path: point },
    { title: '100 rows', path: page(100) },
    { title: '1,000 rows', path: page(1000) },
  ]) {
    pages.push(table(title, await interleave([...withoutGuards(path), product(path)], RUN)))
  }
  publish('sql-reads', pages)
})

function withoutGuards(path: (index: number) => string): Target[] {
  const requests = Array.from({ length: CLIENTS }, (_, index) => ({ path: path(index) }))
  return [
    { name: 'node:http + pg by hand, no guards', url: byHand.url, pid: byHand.pid, requests },
    { name: 'empty node:http reply', url: empty.url, pid: empty.pid, requests },
  ]
}

function product(path: (index: number) => string): Target {
  const [gateway] = system.gateways
  if (gateway === undefined) throw new Error('no gateway runs')
  const requests = tokens.map((token, index) => ({ path: path(index), headers: { authorization: `Bearer ${token}` } }))
  return { name: 'Penstock, all guards on', url: gateway.url, pid: gateway.pid(), requests }
}

async function fill(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`
    CREATE TABLE accounts (aid int PRIMARY KEY, bid int NOT NULL, abalance int NOT NULL, filler text NOT NULL);
    INSERT INTO accounts SELECT n, n % 10, 0, repeat('x', 84) FROM generate_series(1, ${ACCOUNTS}) AS n;
    ANALYZE accounts;`)
  await client.end()
}

/** Two private APIs over the accounts and clients that may call both; returns a token for each client. */
async function publishApis(admin: AdminClient, url: URL): Promise<string[]> {
  const source = await admin.create('datasources', {
    name: 'bench',
    product_type: 'postgres',
    host: url.hostname,
    port: Number(url.port),
    database: url.pathname.slice(1),
    username: url.username,
    password: url.password,
    is_active: true,
  })
  const folder = await admin.create('modules', { name: 'bench' })
  const common = {
    module_id: folder.id,
    datasource_id: source.id,
    http_method: 'GET',
    execute_engine: 'SQL',
    access_type: 'private',
  }
  const integer = (name: string) => ({ name, location: 'query', data_type: 'integer', required: true })
  const apis = [
    {
      name: 'point',
      path: 'point',
      content: 'SELECT aid, bid, abalance, filler FROM accounts WHERE aid = {{ aid }}',
      params: [integer('aid')],
    },
    {
      name: 'page',
      path: 'page',
      content: 'SELECT aid, bid, abalance, filler FROM accounts WHERE aid > {{ after }} ORDER BY aid LIMIT {{ limit }}',
      params: [integer('after'), integer('limit')],
    },
  ]
  const ids: string[] = []
  for (const api of apis) {
    const { id } = await admin.create('apis', { ...common, ...api })
    await admin.create(`apis/${id}/publish`, {})
    ids.push(id)
  }
  const made: string[] = []
  for (let index = 0; index < CLIENTS; index += 1) {
    const client = await admin.create('clients', {
      name: `bench ${index}`,
      client_id: `bench-${index}`,
      rate_limit_per_minute: 10_000,
      max_concurrent: 100,
      api_ids: ids,
    })
    made.push(await tokenOf(client.client_id, client.client_secret))
  }
  return made
}

async function tokenOf(clientId: string, clientSecret: string): Promise<string> {
  const [gateway] = system.gateways
  const deadline = Date.now() + 10_000
  for (;;) {
    const answer = await call('POST', `${gateway?.url ?? ''}/api/token/generate`, {
      json: { client_id: clientId, client_secret: clientSecret },
    })
    if (answer.status === 200) return answer.body.access_token
    // A client made this moment reaches the gateway within a second.
    if (Date.now() > deadline) throw new Error(`no token: ${JSON.stringify(answer.body)}`)
  }
}
