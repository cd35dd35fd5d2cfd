import { SHARD_COUNT, shardBody, type Manifest } from '@penstock/contracts'

/** Which entries a snapshot has: for each shard its hash, and the hash of each entry by key. */
export interface ShardIndex {
  readonly hashes: readonly (string | null)[]
  readonly entries: readonly ReadonlyMap<string, string>[]
}

/** What differs between two snapshots. */
export interface ShardDiff {
  /** Hashes of new or changed entries by key. */
  readonly changed: ReadonlyMap<string, string>
  readonly removed: readonly string[]
}

const NO_ENTRIES: ReadonlyMap<string, string> = new Map()

/** The index of nothing. */
export const EMPTY_INDEX: ShardIndex = {
  hashes: Array.from({ length: SHARD_COUNT }, () => null),
  entries: Array.from({ length: SHARD_COUNT }, () => NO_ENTRIES),
}

/** Hashes of the shard bodies that the manifest has and the index has not. */
export function lackingShards(index: ShardIndex, { shards }: Manifest): readonly string[] {
  return shards.filter((hash, at): hash is string => hash !== null && hash !== index.hashes[at])
}

/** The index of a manifest; shards that did not change are shared with the index before. Throws when a shard body has not its form. */
export function* indexShards(
  before: ShardIndex,
  { shards }: Manifest,
  bodies: ReadonlyMap<string, string>,
): Generator<void, ShardIndex> {
  const entries: ReadonlyMap<string, string>[] = []
  for (let at = 0; at < SHARD_COUNT; at++) {
    const hash = shards[at] ?? null
    if (hash === null) entries.push(NO_ENTRIES)
    else if (hash === before.hashes[at]) entries.push(before.entries[at] ?? NO_ENTRIES)
    else {
      const body: unknown = JSON.parse(bodies.get(hash) ?? 'null')
      entries.push(new Map(Object.entries(shardBody.parse(body).entries)))
      yield
    }
  }
  return { hashes: shards, entries }
}

/** What has to be loaded and what to be forgotten to come from one index to the other. */
export function diffShards(before: ShardIndex, after: ShardIndex): ShardDiff {
  const changed = new Map<string, string>()
  const removed: string[] = []
  for (let at = 0; at < SHARD_COUNT; at++) {
    const old = before.entries[at] ?? NO_ENTRIES
    const now = after.entries[at] ?? NO_ENTRIES
    if (old === now) continue
    for (const [key, hash] of now) if (old.get(key) !== hash) changed.set(key, hash)
    for (const key of old.keys()) if (!now.has(key)) removed.push(key)
  }
  return { changed, removed }
}

/** Hashes of all bodies that make up a snapshot, and the number of its entries. */
export function allHashes(index: ShardIndex): { readonly hashes: ReadonlySet<string>; readonly entries: number } {
  const hashes = new Set<string>()
  let entries = 0
  for (const hash of index.hashes) if (hash !== null) hashes.add(hash)
  for (const shard of index.entries) {
    entries += shard.size
    for (const hash of shard.values()) hashes.add(hash)
  }
  return { hashes, entries }
}
