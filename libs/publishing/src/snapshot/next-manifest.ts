import { bodyHash, canonicalJson, SHARD_COUNT, SNAPSHOT_FORMAT, type Manifest } from '@penstock/contracts'

/** A shard's new body; `hash` is null when no entry is left in it. */
export interface BuiltShard {
  readonly shard: number
  readonly hash: string | null
  readonly body: string
}

/** The body of a shard from the hashes of its entries by key. The same entries give the same body. */
export function builtShard(shard: number, entries: Readonly<Record<string, string>>): BuiltShard {
  const body = canonicalJson({ entries })
  return { shard, hash: Object.keys(entries).length === 0 ? null : bodyHash(body), body }
}

/** What changes from one revision to the next. */
export interface ManifestChange {
  readonly epoch: string
  readonly revision: number
  readonly createdAt: string
  readonly shards: readonly BuiltShard[]
  /** Number of entries of every kind after the change. */
  readonly counts: Readonly<Record<string, number>>
}

/** The next manifest: shards that did not change are those of the one before. Kinds without entries are left out of the counts. */
export function nextManifest(before: Manifest | undefined, change: ManifestChange): Manifest {
  const shards = before === undefined ? noShards() : [...before.shards]
  for (const { shard, hash } of change.shards) shards[shard] = hash
  return {
    format: SNAPSHOT_FORMAT,
    epoch: change.epoch,
    revision: change.revision,
    created_at: change.createdAt,
    counts: Object.fromEntries(Object.entries(change.counts).filter(([, count]) => count > 0)),
    shards,
  }
}

function noShards(): (string | null)[] {
  return Array.from({ length: SHARD_COUNT }, () => null)
}
