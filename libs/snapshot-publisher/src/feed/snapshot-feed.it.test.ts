import { migrate } from '@penstock/migrations'
import { freshDatabase, tcpProxy, waitUntil, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../catalogue.fixture.js'
import { databaseOf, publisherOf } from '../database.fixture.js'
import type { SqlDatabase } from '../sql-session.js'
import type { FeedFact } from './facts.js'
import { openSnapshotFeed, tagOf, type SnapshotFeed } from './snapshot-feed.js'

let fresh: FreshDatabase
let pool: pg.Pool
let database: SqlDatabase
const feeds: SnapshotFeed[] = []
const never = new AbortController().signal

beforeAll(async () => {
  fresh = await freshDatabase()
  await migrate({ url: fresh.url, sslMode: 'disable', sslCaFile: undefined, connectionsMax: 2 }, { verb: 'up' })
  pool = new pg.Pool({ connectionString: fresh.url, max: 4 })
  database = databaseOf(pool)
  await database.transaction((tx) => publisherOf().rebuild(tx))
})
afterEach(async () => {
  await Promise.all(feeds.splice(0).map((feed) => feed.close()))
})
afterAll(async () => {
  await pool.end()
  await fresh.drop()
})

async function openFeed(connectionString = fresh.url, facts: FeedFact[] = []): Promise<SnapshotFeed> {
  const feed = openSnapshotFeed({
    session: database,
    connection: { connectionString },
    report: (fact) => facts.push(fact),
  })
  feeds.push(feed)
  await feed.refresh()
  return feed
}
const tag = (feed: SnapshotFeed): string => {
  const current = feed.current()
  if (current === undefined) throw new Error('the feed has read nothing')
  return tagOf(current)
}
const change = () =>
  database.transaction(async (tx) => publisherOf().touch(tx, [`client:${await catalogue.client(tx)}`]))

describe('a snapshot feed', () => {
  it('wakes everybody who waits at any admin within milliseconds of the commit', async () => {
    const admins = [await openFeed(), await openFeed()]
    const waiting = admins.flatMap((feed) => [feed.next(tag(feed), 20_000, never), feed.next(tag(feed), 20_000, never)])
    const revision = await change()
    const committed = performance.now()
    const woken = await Promise.all(waiting)
    expect(woken.map((signed) => signed?.manifest.revision)).toEqual(woken.map(() => revision?.revision))
    expect(performance.now() - committed).toBeLessThan(250)
  })

  it('answers at once when the tag is not the newest', async () => {
    const feed = await openFeed()
    expect(await feed.next(undefined, 20_000, never)).toEqual(feed.current())
    expect(await feed.next('other.1', 20_000, never)).toEqual(feed.current())
  })

  it('says that nothing is new when the time is over or the caller has gone', async () => {
    const feed = await openFeed()
    const gone = new AbortController()
    const waiting = feed.next(tag(feed), 20_000, gone.signal)
    gone.abort()
    expect(await waiting).toBeUndefined()
    expect(await feed.next(tag(feed), 10, never)).toBeUndefined()
  })

  it('lets a thousand wait and refuses the next one with a time to come back', async () => {
    const feed = await openFeed()
    const callers = Array.from({ length: 1000 }, () => new AbortController())
    const waiting = callers.map(({ signal }) => feed.next(tag(feed), 20_000, signal))
    await expect(feed.next(tag(feed), 20_000, never)).rejects.toMatchObject({
      code: 'NOT_READY',
      open: { headers: { 'Retry-After': '1' } },
    })
    for (const caller of callers) caller.abort()
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => undefined))
  })

  it('finds a revision whose notice was lost, and listens again by itself', async () => {
    const proxy = await tcpProxy({ port: Number(new URL(fresh.url).port) })
    const facts: FeedFact[] = []
    const feed = await openFeed(proxy.via(fresh.url), facts)
    await waitUntil(() => proxy.connections > 0, { withinMs: 5000 })
    proxy.cut()
    const waiting = feed.next(tag(feed), 20_000, never)
    const revision = await change()
    expect((await waiting)?.manifest.revision).toBe(revision?.revision)
    proxy.heal()
    await waitUntil(() => facts.some(({ kind }) => kind === 'notices.back'), { withinMs: 10_000 })
    expect(facts.map(({ kind }) => kind)).toContain('notices.lost')
    await feed.close()
    await proxy.close()
  })

  it('gives bodies by hash and leaves out what it does not have', async () => {
    const feed = await openFeed()
    const shard = feed.current()?.manifest.shards.find((hash) => hash !== null) ?? ''
    const bodies = await feed.bodies([shard, 'f'.repeat(64)])
    expect(Object.keys(bodies)).toEqual([shard])
  })
})
