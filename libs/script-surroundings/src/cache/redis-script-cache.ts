import type { ScriptCache } from '@penstock/pipeline'

/** The commands that are used of a Redis client. */
export interface RedisCommands {
  get(key: string): Promise<string | null>
  set(key: string, value: string, unit: 'PX', ttlMs: number): Promise<unknown>
  del(key: string): Promise<number>
  exists(key: string): Promise<number>
  multi(): RedisTransaction
}

/** Commands that are run as one; each with its failure or its answer. */
export interface RedisTransaction {
  set(key: string, value: string, unit: 'PX', ttlMs: number, condition: 'NX'): RedisTransaction
  incrby(key: string, by: number): RedisTransaction
  exec(): Promise<[error: Error | null, result: unknown][] | null>
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
        // A new one is made with its end, so that none stays for ever; one that is there keeps the end that it has.
        const adding = redis
          .multi()
          .set(PREFIX + key, '0', 'PX', ttlMs, 'NX')
          .incrby(PREFIX + key, by)
        const sum = (await adding.exec())?.[1]?.[1]
        if (typeof sum === 'number') return sum
        // It holds something else than a number.
        await redis.set(PREFIX + key, String(by), 'PX', ttlMs)
        return by
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
