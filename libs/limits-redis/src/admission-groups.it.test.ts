import type { AdmissionRequest } from '@penstock/limits'
import { startRedis, tcpProxy, waitUntil, type OwnedRedis } from '@penstock/testing'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AdmissionGroups } from './admission-groups.js'
import { keysOf } from './key-names.js'
import { limitCommands, openLimitRedis, type LimitCommands, type Word } from './limit-commands.js'
import { redisAdmissionStore, type LimiterMode } from './redis-admission-store.js'

let server: OwnedRedis
let redis: Redis
let commands: LimitCommands

beforeAll(async () => {
  server = await startRedis()
  const opened = openLimitRedis(server.url, { commandTimeoutMs: 5000 })
  opened.on('error', () => undefined)
  await waitUntil(() => opened.status === 'ready', { withinMs: 5000 })
  if (!(opened instanceof Redis)) throw new Error('a single server was asked for')
  redis = opened
  commands = limitCommands(opened)
})
afterAll(async () => {
  redis.disconnect()
  await server.stop()
})

/** Groups over the real Redis, and the words of each command that they send. */
function groups(takesGroups = true) {
  const sent: (readonly Word[])[] = []
  const admit = (words: readonly Word[]) => {
    sent.push(words)
    return commands.admit(words)
  }
  return { sent, made: new AdmissionGroups({ admit, release: commands.release, takesGroups }, 15_000) }
}

const call = (caller: string, limits: { places?: number[]; rates?: number[] }): AdmissionRequest => ({
  caller,
  concurrency: (limits.places ?? []).map((limit, at) => ({ key: `${caller}/${at}`, limit })),
  rates: (limits.rates ?? []).map((limit, at) => ({ name: `${at}`, key: `${caller}/${at}`, limit, windowMs: 60_000 })),
  whenAway: 'closed',
})

/** What a verdict says, without what passing time changes: how long to wait, and which of several used up rates frees last. */
const said = (verdict: readonly number[]) => [
  verdict[0],
  verdict[0] === 1 ? verdict[1] : 0,
  ...verdict.filter((_, at) => at > 2 && at % 2 === 1),
]

describe('a group of calls', () => {
  const calls = fc.array(
    fc.record({
      caller: fc.nat(3),
      places: fc.array(fc.nat(4), { maxLength: 2 }),
      // The border to counting in cells is crossed as well.
      rates: fc.array(fc.oneof(fc.nat(5), fc.integer({ min: 9_999, max: 10_002 })), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  )

  it('is decided as the same calls one after the other, whatever keys and limits they mix', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (asked) => {
        const [together, alone] = [randomUUID(), randomUUID()]
        const requests = (run: string) => asked.map((one) => call(`${run}${one.caller}`, one))
        const { made, sent } = groups()
        const inGroups = await Promise.all(
          requests(together).map((request, at) => made.admit(request, `${at}`, keysOf(request))),
        )
        expect(sent).toHaveLength(Math.ceil(asked.length / 32))
        const oneByOne: (readonly number[])[] = []
        for (const [at, request] of requests(alone).entries())
          oneByOne.push(await made.admit(request, `${at}`, keysOf(request)))
        expect(inGroups.map(said)).toEqual(oneByOne.map(said))
      }),
      { numRuns: 60 },
    )
  })

  it('has at most 32 calls and 128 places that are given back', async () => {
    const { made, sent } = groups()
    const caller = randomUUID()
    const request = call(caller, { places: [1000] })
    const keys = keysOf(request)
    const verdicts = await Promise.all(Array.from({ length: 100 }, (_, at) => made.admit(request, `${at}`, keys)))
    expect(verdicts.filter(([result]) => result === 0)).toHaveLength(100)
    expect(sent.map(([keyCount]) => keyCount)).toEqual([32, 32, 32, 4])
    sent.length = 0
    for (let turn = 0; turn < 3; turn += 1)
      made.release(Array.from({ length: 100 }, (_, at) => ({ key: keys[0] ?? '', leaseId: `${at}` })))
    made.flush()
    expect(sent.map(([keyCount]) => keyCount)).toEqual([128, 128, 44])
    expect(await redis.zcard(keys[0] ?? '')).toBe(0)
  })

  it('takes along the places that are given back in its turn, and gives them back first', async () => {
    const { made, sent } = groups()
    const request = call(randomUUID(), { places: [1] })
    const keys = keysOf(request)
    expect((await made.admit(request, 'first', keys))[0]).toBe(0)
    expect((await made.admit(request, 'second', keys))[0]).toBe(1)
    sent.length = 0
    const next = made.admit(request, 'third', keys)
    made.release([{ key: keys[0] ?? '', leaseId: 'first' }])
    expect((await next)[0]).toBe(0)
    expect(sent).toHaveLength(1)
  })

  it('has left when the next tick comes, also when it is one call', async () => {
    const { made, sent } = groups()
    const request = call(randomUUID(), { rates: [1] })
    const verdict = made.admit(request, 'lease', keysOf(request))
    await new Promise<void>((resolve) => process.nextTick(resolve))
    expect(sent).toHaveLength(1)
    expect((await verdict)[0]).toBe(0)
  })

  it('is one call where keys of several callers may not meet', async () => {
    const { made, sent } = groups(false)
    const requests = Array.from({ length: 5 }, () => call(randomUUID(), { places: [1], rates: [1] }))
    const verdicts = await Promise.all(requests.map((request) => made.admit(request, 'lease', keysOf(request))))
    expect(verdicts.map(([result]) => result)).toEqual([0, 0, 0, 0, 0])
    expect(sent.map(([keyCount]) => keyCount)).toEqual([2, 2, 2, 2, 2])
    const [place = ''] = requests.flatMap((request) => keysOf(request).slice(0, 1))
    made.release([{ key: place, leaseId: 'lease' }])
    await waitUntil(async () => (await redis.zcard(place)) === 0, { withinMs: 2000, what: 'the place is free' })
    expect(sent).toHaveLength(5)
  })
})

describe('a group in which something fails', () => {
  it('fails for the one call whose key is of another type; the others are decided, and places are given back', async () => {
    const { made } = groups()
    const [bad, good] = [call(randomUUID(), { rates: [5] }), call(randomUUID(), { places: [2], rates: [5] })]
    const [badKey = ''] = keysOf(bad)
    const [place = ''] = keysOf(good)
    await redis.set(badKey, 'no list')
    await made.admit(good, 'held', keysOf(good))
    made.release([
      { key: badKey, leaseId: 'x' },
      { key: place, leaseId: 'held' },
    ])
    const outcomes = await Promise.allSettled(
      [bad, good, bad, good].map((request, at) => made.admit(request, `${at}`, keysOf(request))),
    )
    expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value[0] : one.status))).toEqual([
      'rejected',
      0,
      'rejected',
      0,
    ])
  })

  it('fails as a whole, and says why, on a server that may not write', async () => {
    const replica = await startRedis()
    const copy = new Redis(replica.url)
    const { hostname, port } = new URL(server.url)
    await copy.replicaof(hostname, port)
    const request = call(randomUUID(), { places: [1], rates: [1] })
    const made = new AdmissionGroups(limitCommands(copy), 15_000)
    const outcomes = await Promise.allSettled(['a', 'b'].map((lease) => made.admit(request, lease, keysOf(request))))
    // The driver looks at the first word to connect anew, to whoever is the primary now.
    for (const one of outcomes) expect(one).toMatchObject({ reason: { message: expect.stringMatching(/^READONLY /) } })
    copy.disconnect()
    await replica.stop()
  })

  it('lets each of its calls be decided without Redis: one wait for all, then nobody waits', async () => {
    const { hostname, port } = new URL(server.url)
    const network = await tcpProxy({ host: hostname, port: Number(port) })
    const far = openLimitRedis(network.via(server.url), { commandTimeoutMs: 50 })
    far.on('error', () => undefined)
    await waitUntil(() => far.status === 'ready', { withinMs: 5000 })
    const modes: LimiterMode[] = []
    const store = redisAdmissionStore({
      commands: limitCommands(far),
      replicas: () => 2,
      onMode: (mode) => modes.push(mode),
    })
    network.pause()
    const request: AdmissionRequest = { ...call(randomUUID(), { rates: [10] }), whenAway: 'local' }
    const from = performance.now()
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => store.admit(request)))
    expect(performance.now() - from).toBeLessThan(1000)
    expect(outcomes.filter(({ kind }) => kind === 'admitted')).toHaveLength(5)
    expect(modes).toEqual(['local'])
    expect(store.admit(request)).not.toBeInstanceOf(Promise)
    await store.close()
    far.disconnect()
    await network.close()
  })
})
