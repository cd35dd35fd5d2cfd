import { primaryOptions } from '@penstock/redis-address'
import { Redis } from 'ioredis'
import type { AdminConfig } from '../config.js'

/** Asks Redis whether it is there, on a connection of its own. */
export interface RedisProbe {
  ping(): Promise<unknown>
  close(): Promise<void>
}

/** Undefined when there is no Redis, or when it is not used. */
export function redisProbe(config: Pick<AdminConfig, 'redisUrl' | 'cacheEnabled'>): RedisProbe | undefined {
  if (config.redisUrl === undefined || !config.cacheEnabled) return undefined
  const redis = new Redis({
    ...primaryOptions(config.redisUrl),
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    connectTimeout: 1000,
  })
  // Each failed attempt to connect is told here; the answer of the health route is what tells people.
  redis.on('error', () => undefined)
  return {
    ping: () => redis.ping(),
    close: () => Promise.resolve(redis.disconnect()),
  }
}
