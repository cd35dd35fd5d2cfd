import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRedis, type OwnedRedis } from './real-redis.js'

describe('startRedis', () => {
  let server: OwnedRedis
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  it('gives a server that keeps what it is told', async () => {
    const redis = new Redis(server.url, { lazyConnect: true })
    await redis.connect()
    await redis.set('k', 'v')
    expect(await redis.get('k')).toBe('v')
    redis.disconnect()
  })
})
