import { SNAPSHOT_REDIS } from '@penstock/contracts'
import { startRedis, waitUntil, type OwnedRedis } from '@penstock/testing'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { redisSource } from './redis-source.js'
import type { SnapshotSource } from './snapshot-source.js'

let server: OwnedRedis
let publisher: Redis
let source: SnapshotSource
let stop: AbortController
let offered: unknown[]
let facts: string[]

beforeAll(async () => {
  server = await startRedis()
  publisher = new Redis(server.url)
})
afterAll(async () => {
  publisher.disconnect()
  await server.stop()
})
afterEach(async () => {
  stop.abort()
  await source.close()
  await publisher.flushall()
})

const watch = (pollMs: number, outcome: 'settled' | 'again' = 'settled') => {
  stop = new AbortController()
  offered = []
  facts = []
  source = redisSource({ url: server.url, pollMs, random: () => 0.5 })
  void source.watch(
    {
      offer: async (candidate) => {
        offered.push(candidate)
        return outcome
      },
      failed: (reason) => facts.push(reason),
      answered: () => facts.push('answered'),
    },
    stop.signal,
  )
}
const publish = async (revision: number, options: { hint: boolean } = { hint: true }) => {
  await publisher.set(SNAPSHOT_REDIS.latest, JSON.stringify({ revision }))
  if (options.hint) await publisher.publish(SNAPSHOT_REDIS.hint, `epoch.${revision}`)
}

describe('redisSource', () => {
  it('offers what is there at the start, and what a hint tells of long before the next poll', async () => {
    await publish(1)
    watch(60_000)
    await waitUntil(async () => offered.length === 1, { withinMs: 5000, what: 'the first' })
    await waitUntil(async () => (await publisher.pubsub('NUMSUB', SNAPSHOT_REDIS.hint))[1] === 1, {
      withinMs: 5000,
      what: 'the subscription',
    })
    await publish(2)
    await waitUntil(async () => offered.length === 2, { withinMs: 5000, what: 'the second' })
    expect(offered).toEqual([{ revision: 1 }, { revision: 2 }])
  })

  it('finds no fault with a Redis that it is only connecting to', async () => {
    watch(60_000)
    await waitUntil(() => facts.length > 0, { withinMs: 5000, what: 'the first question' })
    expect(new Set(facts)).toEqual(new Set(['answered']))
  })

  it('finds what no hint told of by its poll, and offers nothing twice', async () => {
    watch(20)
    await publish(1, { hint: false })
    await waitUntil(async () => offered.length === 1, { withinMs: 5000, what: 'the poll' })
    const before = facts.length
    await waitUntil(async () => facts.length > before + 5, { withinMs: 5000, what: 'some more polls' })
    expect(offered).toHaveLength(1)
  })

  it('goes on by its poll while it may not listen for hints, and listens again once it may', async () => {
    const listeners = async () => (await publisher.pubsub('NUMSUB', SNAPSHOT_REDIS.hint))[1]
    watch(50)
    await waitUntil(async () => (await listeners()) === 1, { withinMs: 5000, what: 'the subscription' })
    await publisher.call('ACL', 'SETUSER', 'default', '-subscribe')
    try {
      await publisher.client('KILL', 'TYPE', 'pubsub')
      await waitUntil(async () => (await listeners()) === 0, { withinMs: 5000, what: 'the end of the subscription' })
      await publish(1)
      await waitUntil(async () => offered.length === 1, { withinMs: 5000, what: 'the poll' })
    } finally {
      await publisher.call('ACL', 'SETUSER', 'default', '+subscribe')
    }
    await waitUntil(async () => (await listeners()) === 1, { withinMs: 5000, what: 'the next subscription' })
  })

  it('offers again what could not be served yet', async () => {
    await publish(1)
    watch(20, 'again')
    await waitUntil(async () => offered.length >= 3, { withinMs: 5000, what: 'further offers' })
  })

  it('gives bodies by hash and leaves out those that Redis does not have', async () => {
    watch(60_000)
    await waitUntil(async () => facts.includes('answered'), { withinMs: 5000, what: 'the connection' })
    await publisher.set(`${SNAPSHOT_REDIS.body}aa`, '{"a":1}')
    expect(await source.bodies(['aa', 'bb'], stop.signal)).toEqual(new Map([['aa', '{"a":1}']]))
  })
})
