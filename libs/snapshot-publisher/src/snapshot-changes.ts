import {
  canonicalJson,
  manifestIsAuthentic,
  SNAPSHOT_FORMAT,
  signManifest,
  type EntryKind,
  type Manifest,
  type SignedManifest,
} from '@penstock/contracts'
import { AppError } from '@penstock/errors'
import { builtEntry, builtShard, nextManifest, suspiciousShrink, type BuiltEntry, type BuiltShard, type Resealer } from '@penstock/publishing'
import { type SqlSession } from './sql-session.js'
import { affectedIds, allIds, type TouchedKey } from './store/affected-keys.js'
import { lockHead, type Head } from './store/head.js'
import { loadEntries } from './store/load-entries.js'
import {
  entriesOfShards,
  removeEntries,
  retireBodies,
  shardBodies,
  storeBodies,
  storedEntries,
  storeEntries,
  type StoredEntry,
} from './store/stored-entries.js'
import { SNAPSHOT_CHANNEL } from './feed/channel.js'

/** Manifests that stay, with the bodies that they name: gateways that are that far behind still find what they ask for. */
const MANIFESTS_KEPT = 50

/** A revision of one life of the configuration database. */
export interface Revision {
  readonly epoch: string
  readonly revision: number
}

export interface TouchOptions {
  /** Somebody said that more than half of the routes or clients is meant to vanish. */
  readonly confirmShrink?: boolean
}

/** How changes of the configuration reach gateways. */
export interface SnapshotChanges {
  /**
   * Rebuilds the entries that these things stand in from what the transaction sees, and makes the next revision with them; undefined when no
   * entry changed. Costs its delta, however many entries there are. It is part of the caller's transaction (READ COMMITTED): both are
   * committed, or neither, and gateways are told when they are. Call it once, after the last change: it takes the lock that puts
   * all changes in order. Throws SHRINK_UNCONFIRMED when more than half of the routes or clients would vanish and nobody confirmed.
   */
  touch(tx: SqlSession, touched: readonly TouchedKey[], options?: TouchOptions): Promise<Revision | undefined>
  /** Rebuilds every entry, and signs anew when the key or the form changed. The result equals that of any order of touches. */
  rebuild(tx: SqlSession): Promise<Revision | undefined>
  /**
   * Begins a new life of the database after it was restored from a backup: gateways take the next revision though they have seen greater
   * ones of the life before.
   */
  beginEpoch(tx: SqlSession): Promise<Revision>
}

export interface SnapshotChangesParts {
  readonly manifestKey: Uint8Array
  readonly resealer: Resealer
  readonly now: () => Date
}

export function snapshotChanges(parts: SnapshotChangesParts): SnapshotChanges {
  return {
    async touch(tx, touched, options = {}) {
      const head = await lockHead(tx)
      const ids = await affectedIds(tx, touched)
      const built = await buildAll(tx, ids, parts.resealer)
      const keys = [...ids].flatMap(([kind, some]) => some.map((id) => `${kind}:${id}`))
      const delta = deltaOf(await storedEntries(tx, keys), built)
      if (delta.changed.length + delta.removed.length === 0) return undefined
      if (options.confirmShrink !== true) refuseShrink(head, delta)
      return write(tx, head, delta, parts)
    },
    async rebuild(tx) {
      const head = await lockHead(tx)
      const delta = deltaOf(await storedEntries(tx), await buildAll(tx, await allIds(tx), parts.resealer))
      if (delta.changed.length + delta.removed.length === 0 && isCurrent(head, parts.manifestKey)) return undefined
      return write(tx, head, delta, parts)
    },
    async beginEpoch(tx) {
      await lockHead(tx)
      await tx.query('UPDATE snapshot_head SET epoch = gen_random_uuid()')
      return write(tx, await lockHead(tx), { changed: [], removed: [], replaced: [] }, parts)
    },
  }
}

interface Delta {
  readonly changed: readonly BuiltEntry[]
  readonly removed: readonly StoredEntry[]
  /** What the changed entries were before. */
  readonly replaced: readonly StoredEntry[]
}

async function buildAll(tx: SqlSession, ids: ReadonlyMap<EntryKind, readonly string[]>, resealer: Resealer): Promise<BuiltEntry[]> {
  return [...(await loadEntries(tx, ids, resealer)).values()].map(builtEntry)
}

function deltaOf(before: ReadonlyMap<string, StoredEntry>, built: readonly BuiltEntry[]): Delta {
  const changed = built.filter(({ key, hash }) => before.get(key)?.hash !== hash)
  const kept = new Set(built.map(({ key }) => key))
  return {
    changed,
    removed: [...before.values()].filter(({ key }) => !kept.has(key)),
    replaced: changed.flatMap(({ key }) => before.get(key) ?? []),
  }
}

function refuseShrink(head: Head, delta: Delta): void {
  const shrink = suspiciousShrink(head.signed?.manifest.counts ?? {}, tally(delta.removed))
  if (shrink === undefined) return
  const things = shrink.kind === 'api' ? 'published APIs' : 'clients'
  throw new AppError('SHRINK_UNCONFIRMED', `${shrink.vanishing} of ${shrink.before} ${things} would vanish`, {
    message: `${shrink.vanishing} of ${shrink.before} ${things} would vanish; send confirm_shrink=true if this is meant`,
  })
}

function isCurrent({ signed }: Head, key: Uint8Array): boolean {
  return signed !== undefined && signed.manifest.format === SNAPSHOT_FORMAT && manifestIsAuthentic(signed, key)
}

async function write(tx: SqlSession, head: Head, delta: Delta, parts: SnapshotChangesParts): Promise<Revision> {
  const before = head.signed?.manifest
  const revision = head.revision + 1
  await storeBodies(tx, delta.changed)
  await storeEntries(tx, delta.changed)
  await removeEntries(tx, delta.removed.map(({ key }) => key))
  const shards = await rebuildShards(tx, [...delta.changed, ...delta.removed])
  await storeBodies(tx, shardBodies(shards))
  const manifest = nextManifest(before, {
    epoch: head.epoch,
    revision,
    createdAt: parts.now().toISOString(),
    shards,
    counts: countsAfter(before, delta),
  })
  const retired = [...[...delta.replaced, ...delta.removed].map(({ hash }) => hash), ...replacedShards(before, shards)]
  await retireBodies(tx, retired, head.revision)
  const added = [...delta.changed, ...shardBodies(shards)].map(({ hash }) => hash)
  await storeManifest(tx, signManifest(manifest, parts.manifestKey), { added, retired })
  return { epoch: head.epoch, revision }
}

async function rebuildShards(tx: SqlSession, entries: readonly { readonly shard: number }[]): Promise<BuiltShard[]> {
  const numbers = [...new Set(entries.map(({ shard }) => shard))].sort((left, right) => left - right)
  return [...(await entriesOfShards(tx, numbers))].map(([shard, hashes]) => builtShard(shard, hashes))
}

function replacedShards(before: Manifest | undefined, shards: readonly BuiltShard[]): string[] {
  return shards.flatMap(({ shard }) => before?.shards[shard] ?? [])
}

function countsAfter(before: Manifest | undefined, { changed, replaced, removed }: Delta): Record<string, number> {
  const counts = { ...before?.counts }
  const add = (some: Readonly<Partial<Record<EntryKind, number>>>, sign: 1 | -1): void => {
    for (const [kind, count] of Object.entries(some)) counts[kind] = (counts[kind] ?? 0) + sign * count
  }
  add(tally(changed), 1)
  add(tally(replaced), -1)
  add(tally(removed), -1)
  return counts
}

function tally(entries: readonly { readonly kind: EntryKind }[]): Partial<Record<EntryKind, number>> {
  const counts: Partial<Record<EntryKind, number>> = {}
  for (const { kind } of entries) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

/** The notice is sent by the server when the transaction commits, and only then. */
async function storeManifest(
  tx: SqlSession,
  signed: SignedManifest,
  bodies: { readonly added: readonly string[]; readonly retired: readonly string[] },
): Promise<void> {
  const { epoch, revision } = signed.manifest
  await tx.query('INSERT INTO snapshot_manifests (revision, signed, added, retired) VALUES ($1, $2, $3, $4)', [
    revision,
    canonicalJson(signed),
    bodies.added,
    bodies.retired,
  ])
  await tx.query('UPDATE snapshot_head SET revision = $1', [revision])
  await tx.query('DELETE FROM snapshot_manifests WHERE revision <= $1', [revision - MANIFESTS_KEPT])
  await tx.query('DELETE FROM snapshot_bodies WHERE last_used_revision <= $1', [revision - MANIFESTS_KEPT])
  await tx.query('SELECT pg_notify($1, $2)', [SNAPSHOT_CHANNEL, `${epoch}.${revision}`])
}
