import type { AdmissionRequest, AdmissionStore } from '@penstock/limits'
import { startRedisCluster, startSentinelGroup, waitUntil, type RedisGroup } from '@penstock/testing'
import { createHash, randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { limitCommands, openLimitRedis } from './limit-commands.js'
import { redisAdmissionStore, type LimiterMode } from './redis-admission-store.js'

const GATEWAYS = 3
const RATE = 30
const IN_FLIGHT = 6
const RATE_RULE = { name: 'client', limit: RATE, windowMs: 60_000 }

interface Opened {
  readonly store: AdmissionStore
  readonly close: () => Promise<void>
  mode: LimiterMode
  /** How often it gave Redis up. */
  losses: number
}

const call = (caller: string, rate = RATE): AdmissionRequest => ({
  caller,
  concurrency: [{ key: caller, limit: IN_FLIGHT }],
  rates: [{ ...RATE_RULE, key: caller, limit: rate }],
  whenAway: 'local',
})

/** Some key on the node that keeps this caller's limits: they share its hash tag. */
const keyOf = (caller: string): string => `{${createHash('sha256').update(caller).digest('base64url').slice(0, 22)}}`

/** Asks for `times` places one after the other and gives each back; the number that was admitted. */
async function admitted(stores: readonly Opened[], request: AdmissionRequest, times: number): Promise<number> {
  let count = 0
  for (let turn = 0; turn < times; turn += 1) {
    const outcome = await stores[turn % stores.length]?.store.admit(request)
    if (outcome?.kind !== 'admitted') continue
    count += 1
    outcome.release()
  }
  return count
}

/** Several calls at once of each gateway, on the node that keeps this caller's limits: whoever does not ask does not learn. */
async function probe(gateways: readonly Opened[], caller: string): Promise<void> {
  const request = () => ({ ...call(caller), concurrency: [], rates: [{ ...RATE_RULE, key: randomUUID() }] })
  await Promise.all(gateways.flatMap(({ store }) => Array.from({ length: 6 }, () => store.admit(request()))))
}

describe.each([
  ['a Redis that sentinels watch', startSentinelGroup],
  ['a Redis Cluster', startRedisCluster],
] as const)('limits on %s', (_, startGroup) => {
  let group: RedisGroup
  const opened: Opened[] = []

  beforeAll(async () => {
    group = await startGroup()
  }, 60_000)
  afterEach(async () => {
    for (const { close } of opened.splice(0)) await close()
  })
  afterAll(() => group?.stop())

  async function open(): Promise<Opened> {
    const redis = openLimitRedis(group.url, { commandTimeoutMs: 300 })
    redis.on('error', () => undefined)
    await waitUntil(() => redis.status === 'ready', { withinMs: 10_000 })
    const one: Opened = {
      mode: 'redis',
      losses: 0,
      store: redisAdmissionStore({
        commands: limitCommands(redis),
        replicas: () => GATEWAYS,
        onMode: (mode) => {
          one.mode = mode
          if (mode === 'local') one.losses += 1
        },
      }),
      close: async () => {
        await one.store.close()
        redis.disconnect()
      },
    }
    opened.push(one)
    return one
  }
  const openAll = () => Promise.all(Array.from({ length: GATEWAYS }, open))

  it('one limit holds for all gateways together, whichever node keeps it', async () => {
    const gateways = await openAll()
    for (let caller = 0; caller < 10; caller += 1) {
      expect(await admitted(gateways, call(randomUUID(), 5), 12)).toBe(5)
    }
    const places = call(randomUUID())
    const held = await Promise.all(
      Array.from({ length: 10 }, (_each, at) => gateways[at % GATEWAYS]?.store.admit(places)),
    )
    expect(held.filter((outcome) => outcome?.kind === 'admitted')).toHaveLength(IN_FLIGHT)
  })

  it('calls of many callers at once are decided by Redis, whichever nodes keep them, and give their places back', async () => {
    const gateway = await open()
    const requests = Array.from({ length: 40 }, () => ({ ...call(randomUUID()), whenAway: 'closed' as const }))
    for (let round = 0; round < 2 * IN_FLIGHT; round += 1) {
      const outcomes = await Promise.all(requests.map((request) => gateway.store.admit(request)))
      expect(outcomes.map(({ kind }) => kind)).toEqual(requests.map(() => 'admitted'))
      for (const outcome of outcomes) if (outcome.kind === 'admitted') outcome.release()
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(gateway.losses).toBe(0)
  })

  it('across the loss of the primary no window holds more than 2N, nobody waits for long, and the limits are shared again', async () => {
    const gateways = await openAll()
    const caller = randomUUID()
    let total = await admitted(gateways, call(caller), 12)
    expect(total).toBe(12)
    await group.killPrimaryOf(keyOf(caller))

    // While nobody is the primary each gateway decides alone: its share, of which it has used four.
    const allLost = async () => {
      await probe(gateways, caller)
      return gateways.every(({ losses }) => losses > 0)
    }
    await waitUntil(allLost, { withinMs: 10_000, what: 'every gateway alone' })
    const from = performance.now()
    total += await admitted(gateways, call(caller), 60)
    expect(performance.now() - from).toBeLessThan(2000)
    // The replica may have taken over meanwhile: what holds from the loss to any later time is the bound of a failover.
    expect(total).toBeLessThanOrEqual(2 * RATE)

    const allShare = async () => {
      await probe(gateways, caller)
      return gateways.every(({ mode }) => mode === 'redis')
    }
    await waitUntil(allShare, { withinMs: 30_000, what: 'shared limits' })
    total += await admitted(gateways, call(caller), 60)
    expect(total).toBeLessThanOrEqual(2 * RATE)
    // For one window after that, each gateway's share must agree as well.
    const fresh = await admitted(gateways, call(randomUUID(), 5), 12)
    expect([fresh > 0, fresh <= 5]).toEqual([true, true])
  }, 60_000)
})
