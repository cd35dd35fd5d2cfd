import type { ScriptCache } from '@penstock/pipeline'

export interface MemoryCacheOptions {
  readonly entriesMax: number
  /** Characters of keys and values together. */
  readonly charactersMax: number
  /** A clock that never steps back, in milliseconds. */
  readonly nowMs: () => number
}

interface Entry {
  readonly value: string
  readonly endsMs: number
}

// What can be counted on from; what Redis takes for a number, too.
const WHOLE = /^-?(?:0|[1-9]\d{0,14})$/

/** What scripts share in this process; what was used longest ago goes first. */
export function memoryScriptCache(options: MemoryCacheOptions): ScriptCache {
  const entries = new Map<string, Entry>()
  let characters = 0
  const drop = (key: string): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    characters -= key.length + entry.value.length
  }
  const live = (key: string): Entry | undefined => {
    const entry = entries.get(key)
    if (entry === undefined || entry.endsMs > options.nowMs()) return entry
    drop(key)
    return undefined
  }
  const put = (key: string, entry: Entry): void => {
    drop(key)
    entries.set(key, entry)
    characters += key.length + entry.value.length
    for (const oldest of entries.keys()) {
      if (entries.size <= options.entriesMax && characters <= options.charactersMax) break
      drop(oldest)
    }
  }
  return {
    async get(key) {
      const entry = live(key)
      if (entry !== undefined) put(key, entry)
      return entry?.value
    },
    async set(key, value, ttlMs) {
      put(key, { value, endsMs: options.nowMs() + ttlMs })
    },
    async delete(key) {
      drop(key)
    },
    exists: async (key) => live(key) !== undefined,
    async add(key, by, ttlMs) {
      const entry = live(key)
      const isNumber = entry !== undefined && WHOLE.test(entry.value)
      const sum = (isNumber ? Number(entry.value) : 0) + by
      put(key, { value: String(sum), endsMs: isNumber ? entry.endsMs : options.nowMs() + ttlMs })
      return sum
    },
  }
}
