import { z } from 'zod'
import type { ScriptCache } from './script-services.js'

const DAY_MS = 86_400_000
const TTL_SECONDS_MAX = 30 * 86_400
// Bigger values would push everybody else's out of a cache in memory.
const VALUE_CHARACTERS_MAX = 1_048_576

const key = z.string().min(1).max(512)
const keyArgs = z.strictObject({ key })
const setArgs = z.strictObject({
  key,
  value: z.unknown(),
  ttl_seconds: z.number().positive().max(TTL_SECONDS_MAX).nullable(),
})
const addArgs = z.strictObject({ key, by: z.number().int() })

/** Answers `cache.*` of the scripts of one module: none sees what another module keeps. */
export function cacheHandlers(moduleId: string, cache: ScriptCache | undefined) {
  const own = (name: string): string => `${moduleId}:${name}`
  return {
    'cache.get': async (args: unknown) => (await cache?.get(own(keyArgs.parse(args).key))) ?? 'null',
    'cache.set': async (args: unknown) => {
      const { key: name, value, ttl_seconds: ttl } = setArgs.parse(args)
      const text = JSON.stringify(value ?? null)
      if (text.length <= VALUE_CHARACTERS_MAX) await cache?.set(own(name), text, ttl === null ? DAY_MS : ttl * 1000)
      return 'null'
    },
    'cache.delete': async (args: unknown) => {
      await cache?.delete(own(keyArgs.parse(args).key))
      return 'null'
    },
    'cache.exists': async (args: unknown) => String((await cache?.exists(own(keyArgs.parse(args).key))) ?? false),
    'cache.incr': async (args: unknown) => {
      const { key: name, by } = addArgs.parse(args)
      return String((await cache?.add(own(name), by, DAY_MS)) ?? 0)
    },
  }
}
