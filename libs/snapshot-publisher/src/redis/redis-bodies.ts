import { SNAPSHOT_REDIS } from '@penstock/contracts'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { rowsOf, type SqlSession } from '../sql-session.js'
import { readBodies } from '../store/read-bodies.js'

/** Bodies stay while one of so many newest manifests names them. */
const MANIFESTS_IN_REDIS = 3
/** Then they go after a day: by then no gateway is still fetching them. */
const EXPIRE_S = 86_400
/** Bodies per trip. */
const CHUNK = 500

const addedRow = z.object({ revision: z.coerce.number(), added: z.array(z.string()) })
const hashRow = z.object({ hash: z.string() })

/** The bodies that revisions after `from`, up to `to`, brought; undefined when not all of these revisions are kept any more. */
export async function addedSince(session: SqlSession, from: number, to: number): Promise<string[] | undefined> {
  const rows = await rowsOf(
    session,
    addedRow,
    'SELECT revision, added FROM snapshot_manifests WHERE revision > $1 AND revision <= $2',
    [from, to],
  )
  return rows.length === to - from ? [...new Set(rows.flatMap(({ added }) => added))] : undefined
}

/** Every body that one of the newest manifests names. */
export async function bodiesInUse(session: SqlSession, revision: number): Promise<string[]> {
  const rows = await rowsOf(
    session,
    hashRow,
    'SELECT hash FROM snapshot_bodies WHERE last_used_revision IS NULL OR last_used_revision > $1',
    [revision - MANIFESTS_IN_REDIS],
  )
  return rows.map(({ hash }) => hash)
}

/** Writes bodies that do not expire. Those that the database does not have any more are left out: nothing new names them. */
export async function writeBodies(redis: Redis, session: SqlSession, hashes: readonly string[]): Promise<void> {
  for (const chunk of chunksOf(hashes)) {
    const bodies = Object.entries(await readBodies(session, chunk))
    if (bodies.length > 0) await redis.mset(bodies.flatMap(([hash, body]) => [SNAPSHOT_REDIS.body + hash, body]))
  }
}

/** Writes those of these bodies that Redis lacks, and keeps the others from expiring. Returns how many it lacked. */
export async function completeBodies(redis: Redis, session: SqlSession, hashes: readonly string[]): Promise<number> {
  let lacking = 0
  for (const chunk of chunksOf(hashes)) {
    const pipeline = redis.pipeline()
    for (const hash of chunk) pipeline.exists(SNAPSHOT_REDIS.body + hash).persist(SNAPSHOT_REDIS.body + hash)
    const replies = (await pipeline.exec()) ?? []
    const missing = chunk.filter((_, at) => replies[at * 2]?.[1] !== 1)
    await writeBodies(redis, session, missing)
    lacking += missing.length
  }
  return lacking
}

/** Lets the bodies expire that the step from one revision to another left behind the newest three manifests. */
export async function expireBodies(redis: Redis, session: SqlSession, from: number, to: number): Promise<void> {
  const rows = await rowsOf(
    session,
    hashRow,
    'SELECT hash FROM snapshot_bodies WHERE last_used_revision > $1 AND last_used_revision <= $2',
    [from - MANIFESTS_IN_REDIS, to - MANIFESTS_IN_REDIS],
  )
  await expireAll(
    redis,
    rows.map(({ hash }) => hash),
  )
}

/** Lets every body expire that is not among these: leftovers of another life of the database, or of an admin that was killed. */
export async function expireOthers(redis: Redis, inUse: readonly string[]): Promise<void> {
  const keep = new Set(inUse)
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${SNAPSHOT_REDIS.body}*`, 'COUNT', 1000)
    cursor = next
    const others = keys.map((key) => key.slice(SNAPSHOT_REDIS.body.length)).filter((hash) => !keep.has(hash))
    await expireAll(redis, await lasting(redis, others))
  } while (cursor !== '0')
}

async function expireAll(redis: Redis, hashes: readonly string[]): Promise<void> {
  for (const chunk of chunksOf(hashes)) {
    const pipeline = redis.pipeline()
    for (const hash of chunk) pipeline.expire(SNAPSHOT_REDIS.body + hash, EXPIRE_S)
    await pipeline.exec()
  }
}

/** Those that have no time to live yet: a body that is on its way out already is not given another day at every look. */
async function lasting(redis: Redis, hashes: readonly string[]): Promise<string[]> {
  const pipeline = redis.pipeline()
  for (const hash of hashes) pipeline.ttl(SNAPSHOT_REDIS.body + hash)
  const replies = (await pipeline.exec()) ?? []
  return hashes.filter((_, at) => replies[at]?.[1] === -1)
}

function* chunksOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += CHUNK) yield items.slice(start, start + CHUNK)
}
