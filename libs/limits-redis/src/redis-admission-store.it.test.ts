import type { AdmissionRequest, AdmissionStore } from '@penstock/limits'
import { admissionStoreConformance } from '@penstock/limits/conformance'
import { startRedis, tcpProxy, waitUntil, type OwnedRedis } from '@penstock/testing'
import type { Cluster, Redis } from 'ioredis'
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { limitCommands, openLimitRedis } from './limit-commands.js'
import { redisAdmissionStore, type LimiterMode, type RedisAdmissionOptions } from './redis-admission-store.js'

let server: OwnedRedis
const opened: { store: AdmissionStore; redis: Redis | Cluster }[] = []

async function open(
  options: Partial<RedisAdmissionOptions> = {},
  // Where Redis is well, a busy machine must not turn a slow answer into a decision without it.
  { url = server.url, commandTimeoutMs = 5000 } = {},
): Promise<{ store: AdmissionStore; redis: Redis | Cluster }> {
  const redis = openLimitRedis(url, { commandTimeoutMs })
  redis.on('error', () => undefined)
  await waitUntil(() => redis.status === 'ready', { withinMs: 5000 })
  const store = redisAdmissionStore({ commands: limitCommands(redis), replicas: () => 1, ...options })
  opened.push({ store, redis })
  return { store, redis }
}

const call = (key: string, limits: { rate?: number; inFlight?: number; windowMs?: number }): AdmissionRequest => ({
  caller: key,
  concurrency: limits.inFlight === undefined ? [] : [{ key, limit: limits.inFlight }],
  rates:
    limits.rate === undefined ? [] : [{ name: 'api', key, limit: limits.rate, windowMs: limits.windowMs ?? 60_000 }],
  whenAway: 'local',
})
const kinds = async (store: AdmissionStore, request: AdmissionRequest, times: number) => {
  const outcomes = await Promise.all(Array.from({ length: times }, () => store.admit(request)))
  return { outcomes, admitted: outcomes.filter(({ kind }) => kind === 'admitted').length }
}

beforeAll(async () => {
  server = await startRedis()
})
afterEach(async () => {
  for (const { store, redis } of opened.splice(0)) {
    await store.close()
    redis.disconnect()
  }
})
afterAll(() => server.stop())

admissionStoreConformance({ describe, it, expect }, 'redis', async () => {
  const { store, redis } = await open()
  await redis.flushall()
  return store
})

describe('over several gateways', () => {
  it('one limit holds for all of them together', async () => {
    const key = randomUUID()
    const gateways = await Promise.all([open(), open(), open()])
    const counts = await Promise.all(
      gateways.map(({ store }) => kinds(store, call(key, { rate: 10, inFlight: 20 }), 8)),
    )
    expect(counts.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(10)
  })

  it('a place given back by one is free for the next caller of another at once', async () => {
    const key = randomUUID()
    const [one, other] = await Promise.all([open(), open()])
    for (let turn = 0; turn < 200; turn += 1) {
      const outcome = await (turn % 2 === 0 ? one : other).store.admit(call(key, { inFlight: 1 }))
      expect(outcome.kind, `turn ${turn}`).toBe('admitted')
      if (outcome.kind === 'admitted') outcome.release()
      // The next call is made on another connection: what stands for a caller who has read the whole answer is a trip on the first.
      await (turn % 2 === 0 ? one : other).redis.ping()
    }
  })

  it('a lease lives as long as its call and is free soon after its gateway died', async () => {
    const key = randomUUID()
    const dying = await open({ leaseMs: 300 })
    const living = await open({ leaseMs: 300 })
    expect((await dying.store.admit(call(key, { inFlight: 1 }))).kind).toBe('admitted')
    const from = performance.now()
    await waitUntil(() => performance.now() - from > 900, { withinMs: 2000 })
    expect((await living.store.admit(call(key, { inFlight: 1 }))).kind).toBe('concurrency')
    dying.redis.disconnect()
    await waitUntil(async () => (await living.store.admit(call(key, { inFlight: 1 }))).kind === 'admitted', {
      withinMs: 600,
    })
  })
})

describe('large limits', () => {
  it('above 10,000 are counted in cells: never more than N in a window, and free again at most 0.1 s late', async () => {
    const { store } = await open()
    const request = call(randomUUID(), { rate: 10_001, windowMs: 5000 })
    const from = performance.now()
    let admitted = 0
    for (let round = 0; round < 3; round += 1) admitted += (await kinds(store, request, 4000)).admitted
    const tookMs = performance.now() - from
    expect(tookMs, 'the machine is too slow for this window').toBeLessThan(5000)
    expect(admitted).toBe(10_001)
    await waitUntil(async () => (await store.admit(request)).kind === 'admitted', { withinMs: 5200 })
  })
})

describe('when Redis fails', () => {
  it('forgotten scripts are sent again', async () => {
    const { store, redis } = await open()
    await redis.script('FLUSH')
    expect((await store.admit(call(randomUUID(), { rate: 1 }))).kind).toBe('admitted')
  })

  it.each(['frozen', 'refused'] as const)(
    '%s: no call waits once the breaker is open; the share holds; back within the breaker’s time',
    async (how) => {
      const { port, hostname } = new URL(server.url)
      const network = await tcpProxy({ host: hostname, port: Number(port) })
      const modes: LimiterMode[] = []
      const { store } = await open(
        { replicas: () => 2, onMode: (mode) => modes.push(mode) },
        { url: network.via(server.url), commandTimeoutMs: 50 },
      )
      const request = call(randomUUID(), { rate: 10 })
      await store.admit(request)
      if (how === 'frozen') network.pause()
      else network.cut()
      // Five calls find out that Redis is away, each after 50 ms; the next twenty would take a second if they waited too.
      for (let turn = 0; turn < 5; turn += 1) await store.admit(call(randomUUID(), { rate: 10 }))
      const from = performance.now()
      for (let turn = 0; turn < 20; turn += 1) await store.admit(call(randomUUID(), { rate: 10 }))
      expect(performance.now() - from).toBeLessThan(500)
      const { admitted } = await kinds(store, request, 20)
      // Half of ten is this gateway's share, and one of them was admitted before Redis went away.
      expect(admitted).toBe(4)
      expect(modes).toEqual(['local'])
      expect((await store.admit({ ...request, whenAway: 'closed' })).kind).toBe('unavailable')
      network.heal()
      await waitUntil(
        async () => {
          await store.admit(call(randomUUID(), { rate: 10 }))
          return modes.at(-1) === 'redis'
        },
        { withinMs: 8000 },
      )
      expect((await store.admit(request)).kind).toBe('rate')
      await network.close()
    },
  )

  it.each(['frozen', 'refusing'])('%s and back: noticed although nobody calls', { timeout: 20_000 }, async (how) => {
    const network = await tcpProxy({ port: Number(new URL(server.url).port) })
    const modes: LimiterMode[] = []
    const { store } = await open(
      { onMode: (mode) => modes.push(mode) },
      { url: network.via(server.url), commandTimeoutMs: 50 },
    )
    if (how === 'frozen') network.pause()
    else network.cut()
    for (let turn = 0; turn < 5; turn += 1) await store.admit(call(randomUUID(), { rate: 10 }))
    expect(modes).toEqual(['local'])
    network.heal()
    await waitUntil(() => modes.length > 1, { withinMs: 8000, what: 'Redis is noticed' })
    expect(modes).toEqual(['local', 'redis'])
    await network.close()
  })

  it('flushed: a window that spans it holds at most 2N, and leases are put back by their renewal', async () => {
    const key = randomUUID()
    const { store, redis } = await open({ leaseMs: 300 })
    const request = call(key, { rate: 5, inFlight: 10 })
    expect((await kinds(store, request, 8)).admitted).toBe(5)
    await redis.flushall()
    expect((await kinds(store, request, 8)).admitted).toBe(5)
    const wide = call(key, { inFlight: 10 })
    await waitUntil(async () => (await store.admit({ ...wide, whenAway: 'closed' })).kind === 'concurrency', {
      withinMs: 400,
    })
  })
})
