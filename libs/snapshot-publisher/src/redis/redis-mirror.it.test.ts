import { bodyHash, canonicalJson, SNAPSHOT_REDIS, shardBody, type SignedManifest } from '@penstock/contracts'
import { migrate } from '@penstock/migrations'
import { freshDatabase, startRedis, tcpProxy, type FreshDatabase, type OwnedRedis } from '@penstock/testing'
import { Redis } from 'ioredis'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { catalogue } from '../catalogue.fixture.js'
import { databaseOf, publisherOf } from '../database.fixture.js'
import type { FeedFact } from '../feed/facts.js'
import type { SqlDatabase } from '../sql-session.js'
import { readHead } from '../store/head.js'
import { openRedisMirror, type RedisMirror } from './redis-mirror.js'

let server: OwnedRedis
let redis: Redis
let fresh: FreshDatabase
let pool: pg.Pool
let database: SqlDatabase
const mirrors: RedisMirror[] = []

beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
  fresh = await freshDatabase()
  await migrate({ url: fresh.url, sslMode: 'disable', sslCaFile: undefined, connectionsMax: 2 }, { verb: 'up' })
  pool = new pg.Pool({ connectionString: fresh.url, max: 4 })
  database = databaseOf(pool)
})
afterAll(async () => {
  redis.disconnect()
  await server.stop()
  await pool.end()
  await fresh.drop()
})
beforeEach(async () => {
  await redis.flushdb()
  await database.transaction((tx) => publisherOf().rebuild(tx))
})
afterEach(async () => {
  await Promise.all(mirrors.splice(0).map((mirror) => mirror.close()))
})

function openMirror(facts: FeedFact[] = [], url = server.url): RedisMirror {
  const mirror = openRedisMirror({ url, session: database, report: (fact) => facts.push(fact) })
  mirrors.push(mirror)
  return mirror
}
async function head(): Promise<SignedManifest> {
  const { signed } = await readHead(database)
  if (signed === undefined) throw new Error('nothing was built yet')
  return signed
}
async function bring(mirror: RedisMirror, signed?: SignedManifest): Promise<void> {
  mirror.offer(signed ?? (await head()))
  await mirror.settled()
}
const addClient = () =>
  database.transaction(async (tx) => publisherOf().touch(tx, [`client:${await catalogue.client(tx)}`]))
const latest = async () => JSON.parse((await redis.get(SNAPSHOT_REDIS.latest)) ?? 'null') as SignedManifest | null

/** Follows the manifest down to the entries, as a gateway does; fails when a body is missing or is not what its name says. */
async function loadAll(): Promise<number> {
  const bodyOf = async (hash: string): Promise<string> => {
    const body = (await redis.get(SNAPSHOT_REDIS.body + hash)) ?? ''
    expect(bodyHash(body)).toBe(hash)
    return body
  }
  const shards = (await latest())?.manifest.shards.filter((hash) => hash !== null) ?? []
  let entries = 0
  for (const shard of shards) {
    for (const hash of Object.values(shardBody.parse(JSON.parse(await bodyOf(shard))).entries)) {
      await bodyOf(hash)
      entries++
    }
  }
  return entries
}

describe('the copy in Redis', () => {
  it('is complete, is the newest revision, and was hinted at', async () => {
    const listener = redis.duplicate()
    const hints: string[] = []
    await listener.subscribe(SNAPSHOT_REDIS.hint)
    listener.on('message', (_, hint) => hints.push(hint))
    const mirror = openMirror()
    await addClient()
    await bring(mirror)
    const signed = await head()
    expect(await latest()).toEqual(signed)
    expect(await loadAll()).toBe(signed.manifest.counts['client'])
    await listener.ping()
    expect(hints).toEqual([`${signed.manifest.epoch}.${signed.manifest.revision}`])
    listener.disconnect()
  })

  it('is brought from any earlier revision to the newest by the bodies that were added alone', async () => {
    const facts: FeedFact[] = []
    const mirror = openMirror(facts)
    await bring(mirror)
    for (let round = 0; round < 4; round++) await addClient()
    await bring(mirror)
    expect(await loadAll()).toBe((await head()).manifest.counts['client'])
    expect(facts.at(-1)).toMatchObject({ kind: 'redis.told', bodies: 8 })
  })

  it('is made good at the next look after a flush, a lost manifest or a flipped bit', async () => {
    const mirror = openMirror()
    await bring(mirror)
    const whole = await loadAll()
    await redis.flushdb()
    await bring(mirror)
    expect(await loadAll()).toBe(whole)
    await redis.set(SNAPSHOT_REDIS.latest, '{"manifest": broken')
    await bring(mirror)
    expect(await latest()).toEqual(await head())
    const flipped = { ...(await head()), hmac: '00' }
    await redis.set(SNAPSHOT_REDIS.latest, canonicalJson(flipped))
    await bring(mirror)
    expect(await latest()).toEqual(await head())
  })

  it('never goes back, however late an admin writes', async () => {
    const old = await head()
    await addClient()
    await bring(openMirror())
    await bring(openMirror(), old)
    expect(await latest()).toEqual(await head())
  })

  it('follows another epoch, and says when the database is behind what was published', async () => {
    const facts: FeedFact[] = []
    const mirror = openMirror(facts)
    const signed = await head()
    const ahead = { ...signed, manifest: { ...signed.manifest, revision: signed.manifest.revision + 5 } }
    await redis.set(SNAPSHOT_REDIS.latest, canonicalJson(ahead))
    await bring(mirror)
    expect(await latest()).toEqual(ahead)
    expect(facts.at(-1)).toMatchObject({ kind: 'redis.ahead', revision: ahead.manifest.revision })
    await database.transaction((tx) => publisherOf().beginEpoch(tx))
    await bring(mirror)
    expect(await latest()).toEqual(await head())
  })

  it('keeps the bodies of the last three manifests and lets older ones go after a day', async () => {
    const mirror = openMirror()
    await bring(mirror)
    const shards: string[][] = []
    const client = await database.transaction(async (tx) => catalogue.client(tx))
    for (let round = 1; round <= 5; round++) {
      await pool.query('UPDATE clients SET max_concurrent = $1 WHERE id = $2', [round, client])
      await database.transaction((tx) => publisherOf().touch(tx, [`client:${client}`]))
      await bring(mirror)
      shards.push((await head()).manifest.shards.filter((hash) => hash !== null))
    }
    const lifetimes = async (hashes: string[] = []) =>
      Math.max(...(await Promise.all(hashes.map((hash) => redis.ttl(SNAPSHOT_REDIS.body + hash)))))
    const only = (at: number) => shards[at]?.filter((hash) => !(shards[4] ?? []).includes(hash))
    expect(await lifetimes(only(2))).toBe(-1)
    expect(await lifetimes(only(1))).toBeGreaterThan(80_000)
    expect(await lifetimes(shards[4])).toBe(-1)
  })

  it('never holds up anybody while Redis is away, and is made good when it is back', async () => {
    const proxy = await tcpProxy({ port: Number(new URL(server.url).port) })
    proxy.cut()
    const facts: FeedFact[] = []
    const mirror = openMirror(facts, proxy.via(server.url))
    await bring(mirror)
    expect(facts.map(({ kind }) => kind)).toEqual(['redis.failed'])
    proxy.heal()
    await expect.poll(async () => bring(mirror).then(latest), { timeout: 10_000 }).toEqual(await head())
    expect(facts.map(({ kind }) => kind)).toContain('redis.back')
    await mirror.close()
    await proxy.close()
  })
})
