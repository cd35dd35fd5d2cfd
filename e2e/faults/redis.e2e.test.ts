// Redis is flushed, restarted empty, slow, refused and frozen, under load over three gateways: F1 to F4, with the bounds of each phase.
import { startRedis, tcpProxy, waitUntil, type OwnedRedis, type TcpProxy } from '@penstock/testing'
import { Redis } from 'ioredis'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdminClient } from '../harness/admin-client.js'
import { publishedApi } from '../harness/flights.js'
import { call } from '../harness/http.js'
import { startSystem, type System } from '../harness/start-system.js'
import { caller, type Caller } from './harness/callers.js'
import { externalDatabase, TIMED, TIMED_PARAMS, type ExternalDatabase } from './harness/external-database.js'
import { admitted, quantileMs, tally, worstConcurrency, worstWindow, type Attempt } from './harness/history.js'
import { loadFor, openLoad, type Target } from './harness/load.js'
import { metric, total } from './harness/metrics.js'
import { sometimes } from './harness/sometimes.js'

const GATEWAYS = 3
const PER_MINUTE = 40
const CONCURRENT = 4
const WINDOW_MS = 60_000
/** What one gateway admits while Redis is away: max(1, ⌊N/R⌋), and the same of the places in flight. */
const SHARE = Math.floor(PER_MINUTE / GATEWAYS)
const PLACE_SHARE = Math.max(1, Math.floor(CONCURRENT / GATEWAYS))
/** A window that spans the loss: what Redis admitted, and the shares of the gateways that had admitted none of it. */
const SPANNING = PER_MINUTE + (GATEWAYS - 1) * SHARE
const SPANNING_PLACES = CONCURRENT + (GATEWAYS - 1) * PLACE_SHARE
const SNAPSHOT_KEY = 'penstock:snapshot:latest'

const met = sometimes(
  'F4 more than N were admitted across the flush',
  'F4 Redis had forgotten the snapshot',
  'F4 gateways lost the Redis that was killed',
  'F3 calls took as much longer as Redis did',
  'F3 a Redis too slow was given up',
  'F1 every gateway decided alone',
  'F1 a client was admitted by its shares',
  'F1 an API with limit_mode closed said that limits cannot be checked',
  'F2 every gateway decided alone',
  'F2 a call waited for the frozen Redis',
)

let redis: OwnedRedis
let network: TcpProxy
let system: System
let admin: AdminClient
let external: ExternalDatabase
let limitedId: string
let closedId: string
/** So many calls that it is never refused, but limited: decisions about it are asked of Redis. */
let prober: Caller

const target = (who: Caller, path = 'limited'): Target => ({
  urls: system.gateways.map(({ url }) => url),
  path: (random) => `${path}?seconds=${(random() * 0.08).toFixed(3)}`,
  token: who.token,
})
const client = (name: string, limits: Record<string, unknown> = {}) =>
  caller(admin, system.gateways, {
    name,
    api_ids: [limitedId, closedId],
    rate_limit_per_minute: PER_MINUTE,
    max_concurrent: CONCURRENT,
    ...limits,
  })
const alone = () => total(system.gateways, 'penstock_limits_local')
const losses = () => total(system.gateways, 'penstock_limits_redis_lost_total')
const revisions = () => Promise.all(system.gateways.map((one) => metric(one, 'penstock_snapshot_revision')))

/** Every answer was right or an honest refusal by a limit; nobody waited for Redis for long. */
function expectHonest(attempts: readonly Attempt[]): void {
  const others = Object.keys(tally(attempts)).filter(
    (name) => !['200', '429 RATE_LIMITED', '503 CONCURRENCY_LIMITED'].includes(name),
  )
  expect(others, JSON.stringify(tally(attempts))).toEqual([])
  expect(quantileMs(attempts, 1)).toBeLessThan(1000)
}

/** Calls of the prober go on meanwhile: only who asks Redis finds out that it is away. Whatever happens, the network is well after. */
async function whileProbing<T>(act: () => Promise<T>): Promise<T> {
  const probes = openLoad(target(prober), { perSecond: 40, seed: 13 })
  try {
    return await act()
  } finally {
    network.heal()
    expectHonest(await probes.stop())
  }
}

/** Between two faults: the gateways have come back to Redis. */
async function allShare(): Promise<void> {
  await whileProbing(() =>
    waitUntil(async () => (await alone()) === 0, { withinMs: 13_000, what: 'shared limits before the fault' }),
  )
}

/** A client calls while something happens; returns what it was answered. */
async function withLoad(who: Caller, act: () => Promise<unknown>): Promise<readonly Attempt[]> {
  const load = openLoad(target(who), { perSecond: 40 })
  try {
    await whileProbing(act)
  } finally {
    await load.stop()
  }
  return load.attempts
}

beforeAll(async () => {
  redis = await startRedis()
  network = await tcpProxy({ port: Number(new URL(redis.url).port) })
  system = await startSystem({
    gateways: GATEWAYS,
    env: {
      REDIS_URL: network.via(redis.url),
      GATEWAY_REPLICAS: String(GATEWAYS),
      FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
      FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT: '0',
    },
  })
  admin = await system.signIn()
  external = await externalDatabase(admin, { options: { pool_size: 40 } })
  const timed = { access_type: 'private', params: TIMED_PARAMS, content: TIMED }
  limitedId = await publishedApi(admin, external, { name: 'limited', path: 'limited', ...timed })
  closedId = await publishedApi(admin, external, {
    name: 'closed',
    path: 'closed',
    ...timed,
    limit_mode: 'closed',
    max_concurrent: 100,
  })
  prober = await client('prober', { rate_limit_per_minute: 9000, max_concurrent: 300 })
}, 60_000)
afterAll(async () => {
  await system?.stop()
  await external?.drop()
  await network?.close()
  await redis?.stop()
  met.demand()
})

describe('F4: Redis forgets everything', () => {
  it('flushed: at most 2N in a window and 2C at a time; the snapshot is there again, and no gateway noticed', async () => {
    const flushed = await client('flushed')
    const server = new Redis(redis.url)
    const before = await revisions()
    const attempts = await withLoad(flushed, async () => {
      await pause(2000)
      await server.flushall()
      await server.script('FLUSH')
      met.met('F4 Redis had forgotten the snapshot', (await server.exists(SNAPSHOT_KEY)) === 0 ? 1 : 0)
      await pause(2000)
    })
    expectHonest(attempts)
    expect(worstWindow(attempts, WINDOW_MS)).toBeLessThanOrEqual(2 * PER_MINUTE)
    expect(worstConcurrency(attempts)).toBeLessThanOrEqual(2 * CONCURRENT)
    met.met('F4 more than N were admitted across the flush', admitted(attempts) > PER_MINUTE ? 1 : 0)
    await waitUntil(async () => (await server.exists(SNAPSHOT_KEY)) === 1, { withinMs: 8000, what: 'the snapshot' })
    server.disconnect()
    expect(await revisions()).toEqual(before)
  })

  it('killed and started empty: no call fails, and the limits are shared again within 2 s', async () => {
    const before = await losses()
    const attempts = await withLoad(await client('restarted'), async () => {
      await pause(500)
      network.cut()
      await redis.stop()
      redis = await startRedis()
      network.redirect(Number(new URL(redis.url).port))
      await waitUntil(async () => (await alone()) === GATEWAYS, { withinMs: 3000, what: 'every gateway alone' })
      network.heal()
      await waitUntil(async () => (await alone()) === 0, { withinMs: 2000, what: 'shared limits' })
    })
    met.met('F4 gateways lost the Redis that was killed', (await losses()) - before)
    expectHonest(attempts)
    // What was admitted before the loss is not in the new Redis, and counts in the gateway that admitted it.
    expect(worstWindow(attempts, WINDOW_MS)).toBeLessThanOrEqual(2 * PER_MINUTE)
    expect(worstConcurrency(attempts)).toBeLessThanOrEqual(2 * CONCURRENT)
    const server = new Redis(redis.url)
    await waitUntil(async () => (await server.exists(SNAPSHOT_KEY)) === 1, { withinMs: 8000, what: 'the snapshot' })
    server.disconnect()
  })
})

describe('F3: Redis is slow', () => {
  it('20 ms more: every call is decided by it, that much later', async () => {
    await allShare()
    const before = await loadFor(target(prober), { perSecond: 40, forMs: 2000 })
    network.slow(10)
    const during = await loadFor(target(prober), { perSecond: 40, forMs: 3000 })
    network.heal()
    expectHonest(during)
    const laterMs = quantileMs(during, 0.5) - quantileMs(before, 0.5)
    met.met('F3 calls took as much longer as Redis did', laterMs > 8 ? 1 : 0)
    // 20 ms there and back, and what a busy machine adds.
    expect(laterMs).toBeLessThan(60)
  })

  it('200 ms more: it is given up, once and not to and fro, and taken back within 10 s when it is well', async () => {
    await allShare()
    const before = await losses()
    const attempts = await withLoad(await client('too slow'), async () => {
      network.slow(100)
      await waitUntil(async () => (await alone()) === GATEWAYS, { withinMs: 4000, what: 'every gateway alone' })
      await pause(4000)
      met.met('F3 a Redis too slow was given up', (await losses()) - before)
      // Not more often than once in ten seconds.
      expect((await losses()) - before).toBe(GATEWAYS)
      network.heal()
      await waitUntil(async () => (await alone()) === 0, { withinMs: 10_000, what: 'shared limits' })
    })
    expectHonest(attempts)
    expect(worstWindow(attempts, WINDOW_MS)).toBeLessThanOrEqual(SPANNING)
    expect(worstConcurrency(attempts)).toBeLessThanOrEqual(SPANNING_PLACES)
  })

  it('one packet in twenty lost: calls are answered, and the limits are not given up again and again', async () => {
    const before = await losses()
    network.slow(200, 0.05)
    const attempts = await withLoad(await client('lossy'), () => pause(4000))
    network.heal()
    expectHonest(attempts)
    expect(worstWindow(attempts, WINDOW_MS)).toBeLessThanOrEqual(SPANNING)
    expect((await losses()) - before).toBeLessThanOrEqual(GATEWAYS)
  })
})

describe('F1: Redis refuses', () => {
  it('each gateway admits its share, changes arrive through admin, and the limits are shared again within 2 s', async () => {
    await allShare()
    const [spanning, during, closed] = [await client('spanning'), await client('during'), await client('closed mode')]
    const from = Date.now()
    const attempts = await withLoad(spanning, async () => {
      await pause(700)
      network.cut()
      await waitUntil(async () => (await alone()) === GATEWAYS, { withinMs: 3000, what: 'every gateway alone' })
      met.met('F1 every gateway decided alone')
      const refused = await loadFor(target(closed, 'closed'), { perSecond: 20, forMs: 500 })
      met.met(
        'F1 an API with limit_mode closed said that limits cannot be checked',
        tally(refused)['503 LIMITER_UNAVAILABLE'],
      )
      expect(admitted(refused)).toBe(0)

      const [local] = await Promise.all([
        loadFor(target(during), { perSecond: 40, forMs: 3000 }),
        (async () => {
          await publishedApi(admin, external, { name: 'late', path: 'late', content: 'SELECT 1 AS one' })
          for (const { url } of system.gateways)
            await waitUntil(async () => (await call('GET', `${url}/api/late`)).status === 200, { withinMs: 6000 })
        })(),
      ])
      expectHonest(local)
      met.met('F1 a client was admitted by its shares', admitted(local))
      expect(admitted(local)).toBeLessThanOrEqual(GATEWAYS * SHARE)
      expect(worstConcurrency(local)).toBeLessThanOrEqual(GATEWAYS * PLACE_SHARE)

      network.heal()
      await waitUntil(async () => (await alone()) === 0, { withinMs: 2000, what: 'shared limits' })
      await pause(1000)
    })
    expect(Date.now() - from).toBeLessThan(WINDOW_MS)
    expectHonest(attempts)
    expect(worstWindow(attempts, WINDOW_MS)).toBeLessThanOrEqual(SPANNING)
    expect(worstConcurrency(attempts)).toBeLessThanOrEqual(SPANNING_PLACES)
  })
})

describe('F2: Redis is frozen', () => {
  /** A real stop of its process; of a server that is not ours, the network stands still instead. */
  const freeze = () => (redis.pid === undefined ? network.pause() : process.kill(redis.pid, 'SIGSTOP'))
  const thaw = () => (redis.pid === undefined ? network.heal() : process.kill(redis.pid, 'SIGCONT'))

  it('a few calls wait 50 ms and then nobody does; nothing piles up; the limits are shared again within 10 s', async () => {
    await allShare()
    const openFiles = await total(system.gateways, 'process_open_fds')
    const frozen = await client('frozen')
    try {
      const attempts = await withLoad(frozen, async () => {
        await pause(500)
        freeze()
        await waitUntil(async () => (await alone()) === GATEWAYS, { withinMs: 4000, what: 'every gateway alone' })
        met.met('F2 every gateway decided alone')
        await pause(5000)
        expect(await total(system.gateways, 'process_open_fds')).toBeLessThan(openFiles + 100)
        thaw()
        await waitUntil(async () => (await alone()) === 0, { withinMs: 10_000, what: 'shared limits' })
      })
      met.met('F2 a call waited for the frozen Redis', attempts.filter((one) => one.endedMs - one.sentMs >= 50).length)
      expectHonest(attempts)
      expect(worstWindow(attempts, WINDOW_MS)).toBeLessThanOrEqual(SPANNING)
      expect(worstConcurrency(attempts)).toBeLessThanOrEqual(SPANNING_PLACES)
    } finally {
      thaw()
    }
  })
})
