import type { ScriptCache } from '@penstock/pipeline'

export interface ScriptCacheConfig {
  /** Undefined: scripts of this process alone share what they keep. */
  readonly redisUrl: string | undefined
  readonly redisTimeoutMs: number
}

/** A cache that is let go at the end. */
export interface OpenScriptCache extends ScriptCache {
  close(): Promise<void>
}

// What scripts keep in this process: about 32 MB at most.
const MEMORY = { entriesMax: 10_000, charactersMax: 16 * 1024 * 1024 }

const CONNECT_MS_MAX = 500

interface Opened {
  readonly cache: ScriptCache
  disconnect(): void
}

/** What scripts of a module share; opened, and Redis connected, with the first request. */
export function openScriptCache(config: ScriptCacheConfig): OpenScriptCache {
  let opening: Promise<Opened> | undefined
  const opened = async (): Promise<ScriptCache> => (await (opening ??= open(config))).cache
  return {
    get: async (key) => (await opened()).get(key),
    set: async (key, value, ttlMs) => (await opened()).set(key, value, ttlMs),
    delete: async (key) => (await opened()).delete(key),
    exists: async (key) => (await opened()).exists(key),
    add: async (key, by, ttlMs) => (await opened()).add(key, by, ttlMs),
    async close() {
      ;(await opening)?.disconnect()
    },
  }
}

async function open({ redisUrl, redisTimeoutMs }: ScriptCacheConfig): Promise<Opened> {
  const { memoryScriptCache, redisScriptCache } = await import('@penstock/script-surroundings')
  if (redisUrl === undefined) {
    const cache = memoryScriptCache({ ...MEMORY, nowMs: () => performance.now() })
    return { cache, disconnect: () => undefined }
  }
  const { openCacheRedis } = await import('@penstock/answer-cache-redis')
  const redis = openCacheRedis(redisUrl, { commandTimeoutMs: redisTimeoutMs })
  // That it is away is what a script sees as nothing kept; without a listener each failed attempt would print a warning of its own.
  redis.on('error', () => undefined)
  // Only the first script meets a connection that is still being made.
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, CONNECT_MS_MAX)
    redis.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
  })
  return { cache: redisScriptCache(redis), disconnect: () => redis.disconnect() }
}
