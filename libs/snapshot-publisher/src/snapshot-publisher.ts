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
import {
  builtEntry,
  builtShard,
  countsAfter,
  deltaOf,
  isEmpty,
  nextManifest,
  NO_DELTA,
  suspiciousShrink,
  tally,
  type BuiltEntry,
  type BuiltShard,
  type Delta,
  type Resealer,
  type Revision,
  type SnapshotChanges,
} from '@penstock/publishing'
import { SNAPSHOT_CHANNEL } from './feed/channel.js'
import type { SqlSession } from './sql-session.js'
import { affectedIds, allIds } from './store/affected-ids.js'
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
} from './store/stored-entries.js'

/** Manifests that stay, with the bodies that they name: gateways that are that far behind still find what they ask for. */
const MANIFESTS_KEPT = 50

/** How changes of the configuration become revisions of the snapshot. */
export interface SnapshotPublisher extends SnapshotChanges<SqlSession> {
  /**
   * Rebuilds every entry, and signs anew when the key or the form changed; undefined when everything is as it should be. The result
   * equals that of any series of touches. For the start of admin, after an update, and after a change by hand.
   */
  rebuild(tx: SqlSession): Promise<Revision | undefined>
  /**
   * Begins a new life of the database after it was restored from a backup: gateways take the next revision though they have seen greater
   * ones of the life before.
   */
  beginEpoch(tx: SqlSession): Promise<Revision>
}

export interface SnapshotPublisherParts {
  readonly manifestKey: Uint8Array
  readonly resealer: Resealer
  readonly now: () => Date
}

export function snapshotPublisher(parts: SnapshotPublisherParts): SnapshotPublisher {
  return {
    async touch(tx, things, options = {}) {
      const head = await lockHead(tx)
      const ids = await affectedIds(tx, things)
      const built = await buildAll(tx, ids, parts.resealer)
      const keys = [...ids].flatMap(([kind, some]) => some.map((id) => `${kind}:${id}`))
      const delta = deltaOf(await storedEntries(tx, keys), built)
      if (isEmpty(delta)) return undefined
      if (options.confirmShrink !== true) refuseShrink(head, delta)
      return write(tx, head, delta, parts)
    },
    async rebuild(tx) {
      const head = await lockHead(tx)
      const delta = deltaOf(await storedEntries(tx), await buildAll(tx, await allIds(tx), parts.resealer))
      if (isEmpty(delta) && isCurrent(head, parts.manifestKey)) return undefined
      return write(tx, head, delta, parts)
    },
    async beginEpoch(tx) {
      await lockHead(tx)
      await tx.query('UPDATE snapshot_head SET epoch = gen_random_uuid()')
      return write(tx, await lockHead(tx), NO_DELTA, parts)
    },
  }
}

async function buildAll(
  tx: SqlSession,
  ids: ReadonlyMap<EntryKind, readonly string[]>,
  resealer: Resealer,
): Promise<BuiltEntry[]> {
  return [...(await loadEntries(tx, ids, resealer)).values()].map(builtEntry)
}

function refuseShrink(head: Head, delta: Delta): void {
  const shrink = suspiciousShrink(head.signed?.manifest.counts ?? {}, tally(delta.removed))
  if (shrink === undefined) return
  const things = shrink.kind === 'api' ? 'published APIs' : 'clients'
  const sentence = `${shrink.vanishing} of ${shrink.before} ${things} would vanish`
  throw new AppError('SHRINK_UNCONFIRMED', sentence, {
    message: `${sentence}; send it again with confirm_shrink=true if this is meant`,
  })
}

function isCurrent({ signed }: Head, key: Uint8Array): boolean {
  return signed !== undefined && signed.manifest.format === SNAPSHOT_FORMAT && manifestIsAuthentic(signed, key)
}

async function write(tx: SqlSession, head: Head, delta: Delta, parts: SnapshotPublisherParts): Promise<Revision> {
  const before = head.signed?.manifest
  await storeBodies(tx, delta.changed)
  await storeEntries(tx, delta.changed)
  await removeEntries(
    tx,
    delta.removed.map(({ key }) => key),
  )
  const shards = await rebuildShards(tx, [...delta.changed, ...delta.removed])
  await storeBodies(tx, shardBodies(shards))
  const manifest = nextManifest(before, {
    epoch: head.epoch,
    revision: head.revision + 1,
    createdAt: parts.now().toISOString(),
    shards,
    counts: countsAfter(before?.counts ?? {}, delta),
  })
  const retired = [...[...delta.replaced, ...delta.removed].map(({ hash }) => hash), ...replacedShards(before, shards)]
  await retireBodies(tx, retired, head.revision)
  const added = [...delta.changed, ...shardBodies(shards)].map(({ hash }) => hash)
  await storeManifest(tx, signManifest(manifest, parts.manifestKey), added)
  return { epoch: manifest.epoch, revision: manifest.revision }
}

async function rebuildShards(tx: SqlSession, entries: readonly { readonly shard: number }[]): Promise<BuiltShard[]> {
  const numbers = [...new Set(entries.map(({ shard }) => shard))].sort((left, right) => left - right)
  return [...(await entriesOfShards(tx, numbers))].map(([shard, hashes]) => builtShard(shard, hashes))
}

function replacedShards(before: Manifest | undefined, shards: readonly BuiltShard[]): string[] {
  return shards.flatMap(({ shard }) => before?.shards[shard] ?? [])
}

/** The notice is sent by the server when the transaction commits, and only then. */
async function storeManifest(tx: SqlSession, signed: SignedManifest, added: readonly string[]): Promise<void> {
  const { epoch, revision } = signed.manifest
  await tx.query('INSERT INTO snapshot_manifests (revision, signed, added) VALUES ($1, $2, $3)', [
    revision,
    canonicalJson(signed),
    added,
  ])
  await tx.query('UPDATE snapshot_head SET revision = $1', [revision])
  await tx.query('DELETE FROM snapshot_manifests WHERE revision <= $1', [revision - MANIFESTS_KEPT])
  await tx.query('DELETE FROM snapshot_bodies WHERE last_used_revision <= $1', [revision - MANIFESTS_KEPT])
  await tx.query('SELECT pg_notify($1, $2)', [SNAPSHOT_CHANNEL, `${epoch}.${revision}`])
}
