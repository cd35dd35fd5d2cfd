import type { BuiltEntry, BuiltShard, NamedEntry } from '@penstock/publishing'
import { z } from 'zod'
import { rowsOf, type SqlSession } from '../sql-session.js'

const storedEntry = z.object({
  key: z.string(),
  kind: z.enum(['api', 'client', 'group', 'datasource', 'key']),
  shard: z.number(),
  hash: z.string(),
})

/** Rows per statement: bounds the size of one message to the server. */
const CHUNK = 1000

/** The entries with these keys that the current revision has; all of them when no keys are given. */
export async function storedEntries(tx: SqlSession, keys?: readonly string[]): Promise<Map<string, NamedEntry>> {
  const rows =
    keys === undefined
      ? await rowsOf(tx, storedEntry, 'SELECT key, kind, shard, hash FROM snapshot_entries')
      : await rowsOf(tx, storedEntry, 'SELECT key, kind, shard, hash FROM snapshot_entries WHERE key = ANY ($1)', [
          keys,
        ])
  return new Map(rows.map((row) => [row.key, row]))
}

/** The entries of these shards by shard: key → hash. Shards without an entry are there, empty. */
export async function entriesOfShards(
  tx: SqlSession,
  shards: readonly number[],
): Promise<Map<number, Record<string, string>>> {
  const rows = await rowsOf(
    tx,
    storedEntry,
    'SELECT key, kind, shard, hash FROM snapshot_entries WHERE shard = ANY ($1::smallint[])',
    [shards],
  )
  const byShard = new Map<number, Record<string, string>>(shards.map((shard) => [shard, {}]))
  for (const { key, shard, hash } of rows) Object.assign(byShard.get(shard) ?? {}, { [key]: hash })
  return byShard
}

/** Stores bodies that the next revision names. One that was there already is named again. */
export async function storeBodies(
  tx: SqlSession,
  bodies: readonly { readonly hash: string; readonly body: string }[],
): Promise<void> {
  for (const chunk of chunksOf(bodies)) {
    await tx.query(
      `INSERT INTO snapshot_bodies (hash, body) SELECT * FROM unnest($1::text[], $2::text[])
       ON CONFLICT (hash) DO UPDATE SET last_used_revision = NULL`,
      [chunk.map(({ hash }) => hash), chunk.map(({ body }) => body)],
    )
  }
}

/** Makes these the entries of their keys. Their bodies must be stored. */
export async function storeEntries(tx: SqlSession, entries: readonly BuiltEntry[]): Promise<void> {
  for (const chunk of chunksOf(entries)) {
    // refs travel as JSON: unnest flattens an array of arrays.
    await tx.query(
      `INSERT INTO snapshot_entries (key, kind, shard, hash, refs)
       SELECT key, kind, shard, hash, ARRAY(SELECT ref::uuid FROM jsonb_array_elements_text(refs) AS ref)
       FROM unnest($1::text[], $2::text[], $3::smallint[], $4::text[], $5::jsonb[]) AS given (key, kind, shard, hash, refs)
       ON CONFLICT (key) DO UPDATE SET hash = excluded.hash, refs = excluded.refs`,
      [
        chunk.map(({ key }) => key),
        chunk.map(({ kind }) => kind),
        chunk.map(({ shard }) => shard),
        chunk.map(({ hash }) => hash),
        chunk.map(({ refs }) => JSON.stringify(refs)),
      ],
    )
  }
}

export async function removeEntries(tx: SqlSession, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await tx.query('DELETE FROM snapshot_entries WHERE key = ANY ($1)', [keys])
}

/** Notes that `revision` was the last one to name these bodies. */
export async function retireBodies(tx: SqlSession, hashes: readonly string[], revision: number): Promise<void> {
  if (hashes.length > 0)
    await tx.query('UPDATE snapshot_bodies SET last_used_revision = $2 WHERE hash = ANY ($1)', [hashes, revision])
}

/** Hash and text of a shard that is not empty, as a body. */
export function shardBodies(shards: readonly BuiltShard[]): { hash: string; body: string }[] {
  return shards.flatMap(({ hash, body }) => (hash === null ? [] : [{ hash, body }]))
}

function* chunksOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += CHUNK) yield items.slice(start, start + CHUNK)
}
