// Everything on the way of a change fails in turn: admin, its database, Redis' copy, the hint, the files, one entry, the disk. F7 to F13, F26.
import { startRedis, tcpProxy, waitUntil, type OwnedRedis, type TcpProxy } from '@penstock/testing'
import { Redis } from 'ioredis'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminClient, type AdminClient } from '../harness/admin-client.js'
import { publishedApi } from '../harness/flights.js'
import { call } from '../harness/http.js'
import { startSystem, type Gateway, type System } from '../harness/start-system.js'
import { caller } from './harness/callers.js'
import { externalDatabase, type ExternalDatabase } from './harness/external-database.js'
import { tally } from './harness/history.js'
import { openLoad } from './harness/load.js'
import { metric, total } from './harness/metrics.js'
import { sometimes } from './harness/sometimes.js'

const LATEST = 'penstock:snapshot:latest'
const BODY = 'penstock:snapshot:body:'
const HINT = 'penstock:snapshot:hint'

const met = sometimes(
  'F7 a new gateway started from Redis',
  'F7 the last good file was read',
  'F8 a change was refused',
  'F9 a change was committed and not told',
  'F10 nobody listened to hints',
  'F11 a corrupt manifest was met',
  'F11 a corrupt body was met',
  'F12 a corrupt last good file was met',
  'F12 a gateway had nothing to serve',
  'F13 an entry was refused',
  'F26 the last good file could not be written',
)

let redisServer: OwnedRedis
let redisOfGateways: TcpProxy
let redisOfAdmin: TcpProxy
let redis: Redis
let system: System
let admin: AdminClient
let external: ExternalDatabase
let config: pg.Client
let first: Gateway
let second: Gateway
let token: string
let steadyId: string
let names = 0

/** Publishes an API of its own; returns its path. */
async function publish(): Promise<string> {
  const path = `change_${(names += 1)}`
  await publishedApi(admin, external, { name: path, path, content: 'SELECT 1 AS one' })
  return path
}
const serves = async ({ url }: Gateway, path: string) => (await call('GET', `${url}/api/${path}`)).status === 200
const converge = async (path: string, withinMs: number) => {
  for (const gateway of [first, second])
    await waitUntil(() => serves(gateway, path), { withinMs, what: `${path} on ${gateway.url}` })
}
const heartbeatOf = async (id: string) =>
  (await admin.get('gateways')).body.data.find((one: { gateway_id: string }) => one.gateway_id === id)

/** Callers of the gateways notice nothing of what happens. */
async function unnoticed<T>(act: () => Promise<T>, gateways: readonly Gateway[] = [first, second]): Promise<T> {
  const load = openLoad({ urls: gateways.map(({ url }) => url), path: () => 'steady', token }, { perSecond: 25 })
  try {
    return await act()
  } finally {
    const attempts = await load.stop()
    expect(tally(attempts)).toEqual({ '200': attempts.length })
  }
}

function heal(): void {
  for (const network of [redisOfGateways, redisOfAdmin, system.adminNetwork, system.configDatabase]) network.heal()
}

beforeAll(async () => {
  redisServer = await startRedis()
  redis = new Redis(redisServer.url)
  const port = Number(new URL(redisServer.url).port)
  redisOfGateways = await tcpProxy({ port })
  redisOfAdmin = await tcpProxy({ port })
  system = await startSystem({
    gateways: 2,
    env: { REDIS_URL: redisOfGateways.via(redisServer.url), GATEWAY_REPLICAS: '2' },
    controlEnv: { REDIS_URL: redisOfAdmin.via(redisServer.url) },
  })
  const [one, other] = system.gateways
  if (one === undefined || other === undefined) throw new Error('there must be two gateways')
  first = one
  second = other
  admin = await system.signIn()
  external = await externalDatabase(admin)
  config = new pg.Client({ connectionString: system.configDatabaseUrl })
  await config.connect()
  const content = 'SELECT 1 AS one'
  steadyId = await publishedApi(admin, external, { name: 'steady', path: 'steady', access_type: 'private', content })
  const limits = { rate_limit_per_minute: 100_000, max_concurrent: 1000 }
  token = (await caller(admin, system.gateways, { name: 'steady', api_ids: [steadyId], ...limits })).token
  await converge(await publish(), 5000)
}, 60_000)
afterAll(async () => {
  heal()
  await config?.end()
  await system?.stop()
  await external?.drop()
  redis?.disconnect()
  await redisOfGateways?.close()
  await redisOfAdmin?.close()
  await redisServer?.stop()
  met.demand()
})

describe('F11: what stands in Redis is corrupt', () => {
  it('a manifest with a flipped bit, cut off, of another form or empty is refused, and callers notice nothing', async () => {
    const sound = (await redis.get(LATEST)) ?? ''
    const corrupt = [
      sound.replace(/"hmac":"(.)/, (all, digit) => all.slice(0, -1) + (digit === '0' ? '1' : '0')),
      sound.slice(0, sound.length / 2),
      '{"format":99}',
      '',
    ]
    const refusals = async () =>
      (await total([first, second], 'penstock_snapshot_refused_total')) +
      (await total([first, second], 'penstock_snapshot_source_failures_total'))
    const revisions = () => Promise.all([first, second].map((one) => metric(one, 'penstock_snapshot_revision')))
    const before = await revisions()
    await unnoticed(async () => {
      // Admin puts right what it finds wrong; and gateways would ask it. Neither may help here.
      redisOfAdmin.cut()
      system.adminNetwork.cut()
      for (const text of corrupt) {
        const seen = await refusals()
        await redis.set(LATEST, text)
        await redis.publish(HINT, 'look')
        await waitUntil(async () => (await refusals()) > seen, { withinMs: 8000, what: 'the refusal' })
        met.met('F11 a corrupt manifest was met')
      }
      expect(await revisions()).toEqual(before)
      heal()
      await waitUntil(async () => (await redis.get(LATEST)) === sound, { withinMs: 10_000, what: 'the repair' })
    })
  })

  it('a gateway that finds corrupt bodies takes them from admin', async () => {
    const keys = await redis.keys(`${BODY}*`)
    for (const key of keys) await redis.set(key, 'not what its name says')
    met.met('F11 a corrupt body was met', keys.length)
    const third = await system.addGateway()
    await third.start()
    expect((await call('GET', `${third.url}/api/steady`, { token })).status).toBe(200)
    await third.kill()
    // Admin looks at all bodies only every few minutes: what was made unreadable here is brought back by a flush.
    await redis.flushall()
    await waitUntil(async () => (await redis.exists(LATEST)) === 1, { withinMs: 8000, what: 'the snapshot' })
  })
})

describe('F7: admin is dead', () => {
  it('calls and tokens go on; a new gateway starts from Redis, and from its last good file when Redis is away too', async () => {
    const { client_id, client_secret } = await admin.create('clients', { name: 'late caller', api_ids: [steadyId] })
    const json = { client_id, client_secret }
    const issues = async () => (await call('POST', `${first.url}/api/token/generate`, { json })).status === 200
    await waitUntil(issues, { withinMs: 5000 })
    const third = await system.addGateway()
    await unnoticed(async () => {
      await system.killAdmin()
      expect(await issues()).toBe(true)
      await third.start()
      met.met('F7 a new gateway started from Redis', third.output().includes('source=redis') ? 1 : 0)
      expect((await call('GET', `${third.url}/api/steady`, { token })).status).toBe(200)
      await third.kill()
      redisOfGateways.cut()
      await third.start()
      met.met('F7 the last good file was read', third.output().includes('source=file') ? 1 : 0)
      expect((await call('GET', `${third.url}/api/steady`, { token })).status).toBe(200)
      heal()
      await system.startAdmin()
    })
    await third.kill()
    admin = await adminClient(system.adminUrl, system.superuser)
    await converge(await publish(), 5000)
  })
})

describe('F8: the configuration database is away', () => {
  it('changes are refused with 503 and Retry-After, callers notice nothing, and no half-made change is left', async () => {
    await unnoticed(async () => {
      const changes = Array.from({ length: 12 }, (_, at) => admin.patch(`apis/${steadyId}`, { max_rows: 100 + at }))
      system.configDatabase.cut()
      const during = await Promise.all(changes)
      const refused = await admin.patch(`apis/${steadyId}`, { max_rows: 99 })
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true])
      expect((await admin.get('apis')).status).toBe(503)
      met.met('F8 a change was refused', during.filter(({ status }) => status >= 500).length + 1)
      heal()
      await waitUntil(async () => (await admin.get('apis')).status === 200, {
        withinMs: 10_000,
        what: 'admin being back',
      })
    })
    await converge(await publish(), 6000)
    const { revision, data } = (await admin.get('gateways')).body
    await waitUntil(async () => (await metric(first, 'penstock_snapshot_revision')) === revision, { withinMs: 6000 })
    expect(data.every((one: { state: string }) => one.state !== 'ahead')).toBe(true)
    const { rows } = await config.query(
      `SELECT (SELECT revision FROM snapshot_head) = (SELECT max(revision) FROM snapshot_manifests) AS whole`,
    )
    expect(rows).toEqual([{ whole: true }])
  })
})

describe('F9: admin dies between the commit of a change and telling it', () => {
  it('the next admin tells it, and every gateway serves it within 6 s', async () => {
    await unnoticed(async () => {
      redisOfAdmin.cut()
      system.adminNetwork.cut()
      const path = await publish()
      await system.killAdmin()
      heal()
      const { rows } = await config.query('SELECT revision::int FROM snapshot_head')
      const told = JSON.parse((await redis.get(LATEST)) ?? '{}').manifest.revision
      met.met('F9 a change was committed and not told', rows[0].revision - told)
      expect(await serves(first, path)).toBe(false)
      await system.startAdmin()
      await converge(path, 6000)
    })
    admin = await adminClient(system.adminUrl, system.superuser)
  })
})

describe('F10: the hint of a change is lost', () => {
  const listeners = async () => (await redis.pubsub('NUMSUB', HINT))[1]
  // Five seconds and a fifth, the fetch, and what a busy machine adds.
  const withinMs = 6000 + 1500

  it('gateways find the change within 6 s by looking, and listen again when they may', async () => {
    await redis.call('ACL', 'SETUSER', 'default', '-subscribe')
    try {
      await redis.client('KILL', 'TYPE', 'pubsub')
      await waitUntil(async () => (await listeners()) === 0, { withinMs: 2000 })
      system.adminNetwork.cut()
      await unnoticed(async () => {
        const path = await publish()
        met.met('F10 nobody listened to hints', (await listeners()) === 0 ? 1 : 0)
        await converge(path, withinMs)
      })
    } finally {
      await redis.call('ACL', 'SETUSER', 'default', '+subscribe')
      heal()
    }
    // Until then they find the changes of the next tests by looking only.
    await waitUntil(async () => (await listeners()) === 2, { withinMs, what: 'gateways listening again' })
  })
})

describe('F13: one entry does not compile', () => {
  it('it keeps its old version and is reported, while all others apply', async () => {
    const id = await publishedApi(admin, external, { name: 'fragile', path: 'fragile', content: 'SELECT 1 AS one' })
    await converge('fragile', 5000)
    await unnoticed(async () => {
      await config.query(
        `UPDATE api_plans SET plan = jsonb_set(plan::jsonb, '{program,format}', '999')::json WHERE api_id = $1`,
        [id],
      )
      await admin.patch(`apis/${id}`, { max_rows: 7 })
      await converge(await publish(), 5000)
      expect(await serves(first, 'fragile')).toBe(true)
      met.met('F13 an entry was refused', await total([first, second], 'penstock_snapshot_entries_refused_total'))
      await waitUntil(async () => /999/.test((await heartbeatOf('gateway-1'))?.entry_errors[`api:${id}`] ?? ''), {
        withinMs: 6000,
        what: 'the report',
      })
    })
    await admin.create(`apis/${id}/publish`, {})
    await waitUntil(async () => Object.keys((await heartbeatOf('gateway-1'))?.entry_errors ?? { x: 1 }).length === 0, {
      withinMs: 6000,
      what: 'the report being taken back',
    })
  })
})

describe('F26: the disk is full', () => {
  const writable = (bytes: string) => execFileSync('prlimit', ['--pid', String(first.pid()), `--fsize=${bytes}`])

  it('a change is served from memory and reported as not kept; with the disk the report goes', async () => {
    await unnoticed(async () => {
      writable('0:unlimited')
      await converge(await publish(), 5000)
      await waitUntil(async () => (await heartbeatOf('gateway-1'))?.persisted === false, { withinMs: 6000 })
      met.met(
        'F26 the last good file could not be written',
        (await metric(first, 'penstock_snapshot_persisted')) === 0 ? 1 : 0,
      )
      writable('unlimited:unlimited')
      await converge(await publish(), 5000)
      await waitUntil(async () => (await heartbeatOf('gateway-1'))?.persisted === true, { withinMs: 6000 })
    })
  })
})

describe('F12: the last good file is corrupt and nobody can be asked', () => {
  const snapshots = () =>
    readdirSync(second.stateDir)
      .filter((name) => name.startsWith('snapshot-'))
      .sort()
      .map((name) => join(second.stateDir, name))
  const damage = (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replace(/[0-9a-f]{8}/, 'badc0ffe'))

  it('the one before is served; without a sound one the gateway lives, is not ready, and never says that an API is not there', async () => {
    await second.kill()
    expect(snapshots().length).toBe(3)
    damage(snapshots().at(-1) ?? '')
    redisOfGateways.cut()
    system.adminNetwork.cut()
    await unnoticed(async () => {
      await second.start()
      expect((await call('GET', `${second.url}/api/steady`, { token })).status).toBe(200)
      met.met('F12 a corrupt last good file was met', second.output().includes('snapshot.last-good-corrupt') ? 1 : 0)
      await second.kill()
      snapshots().forEach(damage)
      second.spawn()
      const status = async (url: string) => (await call('GET', url, { token })).status
      await waitUntil(async () => (await status(`${second.opsUrl}/health/live`)) === 200, { withinMs: 15_000 })
      expect(await status(`${second.opsUrl}/health/ready`)).toBe(503)
      const refused = await call('GET', `${second.url}/api/steady`, { token })
      expect([refused.status, refused.body.code]).toEqual([503, 'NOT_READY'])
      met.met('F12 a gateway had nothing to serve')
      heal()
      await waitUntil(async () => (await status(`${second.opsUrl}/health/ready`)) === 200, { withinMs: 10_000 })
      expect(await status(`${second.url}/api/steady`)).toBe(200)
    }, [first])
  })
})
