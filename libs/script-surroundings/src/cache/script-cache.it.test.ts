import { randomUUID } from 'node:crypto'
import type { ScriptCache } from '@penstock/pipeline'
import { startRedis, waitUntil, type OwnedRedis } from '@penstock/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryScriptCache } from './memory-script-cache.js'
import { redisScriptCache } from './redis-script-cache.js'

const HOUR_MS = 3_600_000
let server: OwnedRedis
let client: Redis
beforeAll(async () => {
  server = await startRedis()
  client = new Redis(server.url)
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

const caches: Record<string, () => ScriptCache> = {
  'in this process': () =>
    memoryScriptCache({ entriesMax: 100, charactersMax: 10_000, nowMs: () => performance.now() }),
  'in Redis': () => redisScriptCache(client),
}

describe.each(Object.keys(caches))('what scripts keep %s', (where) => {
  const open = () => ({ cache: caches[where]?.() ?? redisScriptCache(client), key: randomUUID() })

  it('is there until it ends or is deleted', async () => {
    const { cache, key } = open()
    expect([await cache.get(key), await cache.exists(key)]).toEqual([undefined, false])
    await cache.set(key, '{"a":1}', HOUR_MS)
    expect([await cache.get(key), await cache.exists(key)]).toEqual(['{"a":1}', true])
    await cache.delete(key)
    expect(await cache.exists(key)).toBe(false)
    await cache.set(key, '1', 20)
    await waitUntil(async () => (await cache.get(key)) === undefined, { withinMs: 2_000 })
  })

  it('counts up and down, from nothing too, and for all who count at once', async () => {
    const { cache, key } = open()
    expect([await cache.add(key, 2, HOUR_MS), await cache.add(key, -5, HOUR_MS)]).toEqual([2, -3])
    const sums = await Promise.all(Array.from({ length: 20 }, () => cache.add(key, 1, HOUR_MS)))
    expect(sums.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n - 2))
  })

  it('keeps its end while it is counted, through zero too', async () => {
    const { cache, key } = open()
    await cache.set(key, '0', 100)
    expect(await cache.add(key, 1, HOUR_MS)).toBe(1)
    await waitUntil(async () => !(await cache.exists(key)), { withinMs: 2_000 })
  })

  it('is counted from nothing when it is no whole number', async () => {
    const { cache, key } = open()
    for (const value of ['"text"', '{"a":1}', '1.5', '12345678901234567890']) {
      await cache.set(key, value, HOUR_MS)
      expect([value, await cache.add(key, 3, HOUR_MS), await cache.get(key)]).toEqual([value, 3, '3'])
    }
  })
})

it('in a Redis that is away nothing is there, nothing is kept, and nothing fails', async () => {
  const away = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null })
  away.on('error', () => undefined)
  const cache = redisScriptCache(away)
  await cache.set('k', '1', HOUR_MS)
  await cache.delete('k')
  expect([await cache.get('k'), await cache.exists('k'), await cache.add('k', 1, HOUR_MS)]).toEqual([
    undefined,
    false,
    0,
  ])
  away.disconnect()
})
