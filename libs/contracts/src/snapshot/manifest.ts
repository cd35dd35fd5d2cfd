import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../json.js'
import { recordOf } from './record-of.js'

/** A manifest names up to this many shards; an entry stands in the shard of the first byte of its key's SHA-256. */
export const SHARD_COUNT = 256

const SHA256 = /^[0-9a-f]{64}$/
const sha256 = z.string().regex(SHA256)

/** Entry keys of one shard → SHA-256 of the entry's body. Itself a body, named by its own SHA-256. */
export const shardBody = z.object({
  entries: recordOf((value): value is string => typeof value === 'string' && SHA256.test(value)),
})
export type ShardBody = z.output<typeof shardBody>

/**
 * The root of a snapshot: which bodies make up which revision. Revisions grow within one epoch; an epoch is the life of one
 * configuration database and changes when it is restored from a backup.
 */
export const manifest = z.object({
  format: z.number().int(),
  epoch: z.uuid(),
  revision: z.number().int().min(0),
  /** RFC 3339; for people and for the age metric, never compared. */
  created_at: z.string(),
  /** Number of entries by kind. */
  counts: z.record(z.string(), z.number().int()),
  /** SHA-256 of each shard's body, null where the shard is empty. */
  shards: z.array(sha256.nullable()).length(SHARD_COUNT),
})
export type Manifest = z.output<typeof manifest>

/** A manifest and the HMAC-SHA-256 over its canonical JSON: a hash alone does not show who wrote it. */
export const signedManifest = z.object({ manifest, hmac: z.string() })
export type SignedManifest = z.output<typeof signedManifest>

/** SHA-256 of a body's UTF-8 text, in hex: its name. */
export function bodyHash(body: string): string {
  return hash('sha256', body)
}

/** The shard, from 0 to 255, of an entry key. */
export function shardOf(key: string): number {
  return hash('sha256', key, 'buffer').readUInt8(0)
}

export function signManifest(unsigned: Manifest, key: Uint8Array): SignedManifest {
  return { manifest: unsigned, hmac: manifestMac(unsigned, key).toString('hex') }
}

/** True when the manifest was signed with this key. Takes the same time wherever they differ. */
export function manifestIsAuthentic(signed: SignedManifest, key: Uint8Array): boolean {
  const claimed = Buffer.from(signed.hmac, 'hex')
  const expected = manifestMac(signed.manifest, key)
  return claimed.length === expected.length && timingSafeEqual(claimed, expected)
}

function manifestMac(unsigned: Manifest, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(canonicalJson(unsigned), 'utf8').digest()
}
