import type { ScriptCache } from '@penstock/pipeline'

/** The commands that are used of a Redis client. */
export interface RedisCommands {
  get(key: string): Promise<string | null>
  set(key: string, value: string, unit: 'PX', ttlMs: number): Promise<unknown>
  del(key: string): Promise<number>
  exists(key: string): Promise<number>
  incrby(key: string, by: number): Promise<number>
  pexpire(key: string, ttlMs: number): Promise<number>
}

const PREFIX = 'penstock:script:'

/** What scripts share over all gateways of a Redis. While it is away, or does not answer in time, nothing is there and nothing is kept. */
export function redisScriptCache(redis: RedisCommands): ScriptCache {
  return {
    get: (key) => orElse<string | undefined>(undefined, async () => (await redis.get(PREFIX + key)) ?? undefined),
    set: (key, value, ttlMs) =>
      orElse(undefined, () => redis.set(PREFIX + key, value, 'PX', Math.ceil(ttlMs)).then(() => undefined)),
    delete: (key) => orElse(undefined, () => redis.del(PREFIX + key).then(() => undefined)),
    exists: (key) => orElse(false, async () => (await redis.exists(PREFIX + key)) > 0),
    add: (key, by, ttlMs) =>
      orElse(0, async () => {
        const sum = await redis.incrby(PREFIX + key, by)
        // Only one that was just made has no end yet.
        if (sum === by) await redis.pexpire(PREFIX + key, ttlMs)
        return sum
      }),
  }
}

async function orElse<T>(otherwise: T, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch {
    return otherwise
  }
}
