import { localAnswerCache, type AnswerCache, type Claim, type Lead } from '@penstock/answer-cache'
import { answerCacheConformance } from '@penstock/answer-cache/conformance'
import { startRedis, tcpProxy, waitUntil, type OwnedRedis } from '@penstock/testing'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cacheCommands, openCacheRedis } from './cache-commands.js'
import { redisAnswerStore } from './redis-answer-store.js'

const MAC_KEY = Buffer.alloc(32, 7)
const KEEP_MS = 60_000
let server: OwnedRedis
let plain: Redis
const opened: { cache: AnswerCache; redis: Redis }[] = []

/** One gateway's cache over the server. */
async function open({ url = server.url, commandTimeoutMs = 5000, leaseMs = 3000, macKey = MAC_KEY } = {}) {
  const redis = openCacheRedis(url, { commandTimeoutMs })
  redis.on('error', () => undefined)
  await waitUntil(() => redis.status === 'ready', { withinMs: 5000 })
  const store = redisAnswerStore({ commands: cacheCommands(redis), macKey, leaseMs })
  const cache = localAnswerCache({ bytesMax: 4_000_000, entriesMax: 1000 }, store)
  opened.push({ cache, redis })
  return { cache, redis }
}

beforeAll(async () => {
  server = await startRedis()
  plain = new Redis(server.url)
})
afterEach(async () => {
  for (const { cache, redis } of opened.splice(0)) {
    await cache.close()
    redis.disconnect()
  }
  await plain.flushall()
})
afterAll(async () => {
  plain.disconnect()
  await server.stop()
})

answerCacheConformance({ describe, it, expect }, 'redis', async () => (await open()).cache)

const made = (text: string) => ({ body: Buffer.from(text), etag: `"${text}"`, rows: 1 })
const wish = (signal = new AbortController().signal, ageMsMax = KEEP_MS) => ({ ageMsMax, signal })
const textOf = (claim: Claim): string =>
  claim.kind === 'found' ? Buffer.from(claim.answer.body).toString() : claim.kind
function leadOf(claim: Claim): Lead {
  if (claim.kind !== 'lead') throw new Error(claim.kind)
  return claim.lead
}

describe('over several gateways', () => {
  it('lets one of all callers of all gateways lead, and gives all the others its answer', async () => {
    const gateways = await Promise.all([open(), open(), open()])
    const claims = gateways.flatMap(({ cache }) => Array.from({ length: 5 }, () => cache.claim('k', wish())))
    const lead = leadOf(await Promise.race(claims))
    lead.store(made('once'), KEEP_MS)
    const all = await Promise.all(claims)
    expect(all.map(textOf).sort()).toEqual(['lead', ...Array.from({ length: 14 }, () => 'once')])
    expect(gateways.map(({ cache }) => cache.held('k')?.etag)).toEqual(['"once"', '"once"', '"once"'])
  })

  it('tells how old an answer of another gateway is', async () => {
    const [one, other] = await Promise.all([open(), open()])
    leadOf(await one.cache.claim('aged', wish())).store(made('aged'), KEEP_MS)
    await waitUntil(async () => (await plain.dbsize()) === 1, { withinMs: 2000 })
    // An age is the guarantee, so it is waited for.
    await new Promise((resolve) => setTimeout(resolve, 150))
    const claim = await other.cache.claim('aged', wish())
    expect(claim.kind === 'found' && performance.now() - claim.answer.madeAtMs).toBeGreaterThanOrEqual(140)
    expect((await other.cache.claim('aged', wish(undefined, 100))).kind).toBe('lead')
  })

  it('lets the next lead within the lease when a leader is killed', async () => {
    const [dying, other] = await Promise.all([open({ leaseMs: 300 }), open({ leaseMs: 300 })])
    leadOf(await dying.cache.claim('k', wish()))
    const startedMs = performance.now()
    const waiting = other.cache.claim('k', wish())
    await dying.cache.close()
    dying.redis.disconnect()
    expect((await waiting).kind).toBe('lead')
    expect(performance.now() - startedMs).toBeLessThan(2000)
  })

  it('keeps the lead of who works longer than a lease', async () => {
    const [slow, other] = await Promise.all([open({ leaseMs: 150 }), open({ leaseMs: 150 })])
    const lead = leadOf(await slow.cache.claim('k', wish()))
    const waiting = other.cache.claim('k', wish())
    await new Promise((resolve) => setTimeout(resolve, 600))
    lead.store(made('slow'), KEEP_MS)
    expect(textOf(await waiting)).toBe('slow')
  })

  it('does not let who lost its lease overwrite what its successor made', async () => {
    const [first, second] = await Promise.all([open(), open()])
    const late = leadOf(await first.cache.claim('k', wish()))
    await plain.flushall()
    leadOf(await second.cache.claim('k', wish())).store(made('newer'), KEEP_MS)
    await waitUntil(async () => (await plain.keys('penstock:answer:*')).length === 1, { withinMs: 2000 })
    late.store(made('older'), KEEP_MS)
    const third = await open()
    await waitUntil(async () => textOf(await third.cache.claim('k', wish())) === 'newer', { withinMs: 2000 })
  })

  it('does not give an answer that somebody without the key of the gateways wrote or changed', async () => {
    const [forger, gateway] = await Promise.all([open({ macKey: Buffer.alloc(32, 8) }), open()])
    leadOf(await forger.cache.claim('k', wish())).store(made('forged'), KEEP_MS)
    await waitUntil(async () => (await plain.keys('penstock:answer:*')).length === 1, { withinMs: 2000 })
    expect((await gateway.cache.claim('k', wish())).kind).toBe('lead')
    expect(gateway.cache.counts().storeFailures).toBe(1)
  })
})

describe('a Redis that is slow or away', () => {
  it('costs the time of one command at most, a few times, and then nothing; never a failure', async () => {
    const { hostname, port } = new URL(server.url)
    const network = await tcpProxy({ host: hostname, port: Number(port) })
    try {
      const { cache } = await open({ url: network.via(server.url), commandTimeoutMs: 50 })
      network.pause()
      const claimMs: number[] = []
      for (let call = 0; call < 20; call += 1) {
        const startedMs = performance.now()
        const claim = await cache.claim(`k${call}`, wish())
        claimMs.push(performance.now() - startedMs)
        leadOf(claim).store(made('own'), KEEP_MS)
        expect(textOf(await cache.claim(`k${call}`, wish()))).toBe('own')
      }
      // The first ones wait for the timeout; when the breaker is open nobody does.
      expect(claimMs.filter((ms) => ms >= 40).length).toBeLessThanOrEqual(6)
      expect(cache.counts().storeFailures).toBeGreaterThanOrEqual(5)
    } finally {
      await network.close()
    }
  })

  it('lets go of those who wait in it when it is lost meanwhile', async () => {
    const { hostname, port } = new URL(server.url)
    const network = await tcpProxy({ host: hostname, port: Number(port) })
    try {
      const [there, behind] = await Promise.all([open(), open({ url: network.via(server.url), commandTimeoutMs: 200 })])
      leadOf(await there.cache.claim('k', wish()))
      const waiting = behind.cache.claim('k', wish())
      network.cut()
      expect((await waiting).kind).toBe('lead')
    } finally {
      await network.close()
    }
  })
})
