import { bodyHash, manifestIsAuthentic, snapshotEntry, type SnapshotEntry } from '@penstock/contracts'
import { migrate } from '@penstock/migrations'
import { builtEntry, builtShard, nextManifest } from '@penstock/publishing'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.fixture.js'
import { publisherOf, databaseOf, MANIFEST_KEY, resealer } from './database.fixture.js'
import type { SqlDatabase, SqlSession } from './sql-session.js'
import { allIds } from './store/affected-ids.js'
import { readHead } from './store/head.js'
import { loadEntries } from './store/load-entries.js'

let fresh: FreshDatabase
let pool: pg.Pool
let database: SqlDatabase
const publisher = publisherOf()
const one = async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows[0]

beforeAll(async () => {
  fresh = await freshDatabase()
  await migrate({ url: fresh.url, sslMode: 'disable', sslCaFile: undefined, connectionsMax: 2 }, { verb: 'up' })
  pool = new pg.Pool({ connectionString: fresh.url, max: 8 })
  database = databaseOf(pool)
})
afterAll(async () => {
  await pool.end()
  await fresh.drop()
})
beforeEach(async () => {
  await pool.query('TRUNCATE modules, datasources, clients, api_groups, keys CASCADE')
  await database.transaction((tx) => publisher.rebuild(tx))
})

const touch = (...keys: string[]) => database.transaction((tx) => publisher.touch(tx, keys, { confirmShrink: true }))
const touchedDatasource = async () => {
  const id = await catalogue.datasource(database)
  await touch(`datasource:${id}`)
  return id
}
const currentEntries = async (): Promise<SnapshotEntry[]> =>
  (await pool.query('SELECT body FROM snapshot_entries JOIN snapshot_bodies USING (hash) ORDER BY key')).rows.map(
    ({ body }) => snapshotEntry.parse(JSON.parse(body)),
  )

/** What a rebuild from nothing would give: shards and counts. */
async function fromNothing(session: SqlSession) {
  const built = [...(await loadEntries(session, await allIds(session), resealer)).values()].map(builtEntry)
  const byShard = grouped(built, ({ shard }) => shard)
  const shards = [...byShard].map(([shard, entries]) =>
    builtShard(shard, Object.fromEntries(entries.map(({ key, hash }) => [key, hash]))),
  )
  const counts = Object.fromEntries(
    [...grouped(built, ({ kind }) => kind)].map(([kind, entries]) => [kind, entries.length]),
  )
  return nextManifest(undefined, {
    epoch: '8c2f4f0e-9d0e-4c55-9a39-0d7d5c2b1a11',
    revision: 1,
    createdAt: '',
    shards,
    counts,
  })
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

async function expectEqualToRebuild(): Promise<void> {
  const { signed } = await readHead(database)
  const expected = await fromNothing(database)
  expect(signed?.manifest.shards).toEqual(expected.shards)
  expect(signed?.manifest.counts).toEqual(expected.counts)
  const bodies = await pool.query('SELECT hash, body, last_used_revision FROM snapshot_bodies')
  expect(bodies.rows.filter(({ hash, body }) => bodyHash(body) !== hash)).toEqual([])
  const inUse = new Set([...expected.shards, ...(await currentEntries()).map((entry) => builtEntry(entry).hash)])
  inUse.delete(null)
  const marked = bodies.rows.filter((row) => row.last_used_revision === null).map(({ hash }) => hash)
  expect(new Set(marked)).toEqual(inUse)
}

describe('touch', () => {
  it('makes a revision that is authentic and equals a rebuild from nothing', async () => {
    const datasource = await catalogue.datasource(database)
    const api = await catalogue.api(database, { module: await catalogue.module(database), datasource })
    await catalogue.publish(database, api)
    const before = await readHead(database)
    const made = await touch(`datasource:${datasource}`, `api:${api}`)
    const after = await readHead(database)
    expect(made).toEqual({ epoch: before.epoch, revision: before.revision + 1 })
    expect(after.signed && manifestIsAuthentic(after.signed, MANIFEST_KEY)).toBe(true)
    expect(after.signed?.manifest.counts).toEqual({ api: 1, datasource: 1 })
    await expectEqualToRebuild()
  })

  it('makes no revision when nothing that gateways see has changed', async () => {
    const module = await catalogue.module(database)
    const client = await catalogue.client(database)
    await touch(`client:${client}`)
    const before = await readHead(database)
    await pool.query(`UPDATE clients SET description = 'for people only', updated_at = now()`)
    expect(await touch(`client:${client}`, `module:${module}`, `api:${module}`)).toBeUndefined()
    expect(await readHead(database)).toEqual(before)
  })

  it('leaves nothing behind when the transaction is rolled back', async () => {
    const client = await catalogue.client(database)
    const before = await readHead(database)
    const failing = database.transaction(async (tx) => {
      await publisher.touch(tx, [`client:${client}`])
      throw new Error('the use case failed after it')
    })
    await expect(failing).rejects.toThrow('the use case failed')
    expect(await readHead(database)).toEqual(before)
    expect(await one('SELECT count(*)::int AS n FROM snapshot_entries')).toEqual({ n: 0 })
  })

  it('carries renaming and switching off a module to all of its APIs', async () => {
    const module = await catalogue.module(database)
    const api = await catalogue.api(database, { module, datasource: await touchedDatasource() })
    await catalogue.publish(database, api)
    await touch(`api:${api}`)
    await pool.query(`UPDATE modules SET name = 'renamed' WHERE id = $1`, [module])
    await touch(`module:${module}`)
    expect(await currentEntries()).toMatchObject([{ kind: 'api', module_name: 'renamed' }, { kind: 'datasource' }])
    await pool.query('UPDATE modules SET is_active = false WHERE id = $1', [module])
    await touch(`module:${module}`)
    expect(await currentEntries()).toMatchObject([{ kind: 'datasource' }])
    await expectEqualToRebuild()
  })

  it('takes an API that was removed out of the grants of clients and groups', async () => {
    const [client, group] = [await catalogue.client(database), await catalogue.group(database)]
    const api = await catalogue.api(database, {
      module: await catalogue.module(database),
      datasource: await touchedDatasource(),
    })
    await pool.query('INSERT INTO client_apis VALUES ($1, $2)', [client, api])
    await pool.query('INSERT INTO group_apis VALUES ($1, $2)', [group, api])
    await touch(`client:${client}`, `group:${group}`)
    await pool.query('DELETE FROM apis WHERE id = $1', [api])
    await touch(`api:${api}`)
    expect((await currentEntries()).flatMap((entry) => ('api_ids' in entry ? [entry.api_ids] : []))).toEqual([[], []])
    await expectEqualToRebuild()
  })

  it('asks for confirmation when more than half of at least ten clients would vanish, and obeys it', async () => {
    const clients = await Promise.all(Array.from({ length: 10 }, () => catalogue.client(database)))
    const keys = clients.map((id) => `client:${id}`)
    await touch(...keys)
    const remove = (count: number) => (tx: SqlSession) =>
      tx.query('DELETE FROM clients WHERE id = ANY ($1)', [clients.slice(0, count)])
    const six = database.transaction(async (tx) => {
      await remove(6)(tx)
      await publisher.touch(tx, keys)
    })
    await expect(six).rejects.toMatchObject({ code: 'SHRINK_UNCONFIRMED' })
    await database.transaction(async (tx) => {
      await remove(5)(tx)
      await publisher.touch(tx, keys)
    })
    await database.transaction(async (tx) => {
      await remove(10)(tx)
      await publisher.touch(tx, keys, { confirmShrink: true })
    })
    await expectEqualToRebuild()
  })

  it('gives revisions without gaps, in order of commits, to changes that come at once', async () => {
    const clients = await Promise.all(Array.from({ length: 12 }, () => catalogue.client(database)))
    const before = await readHead(database)
    const made = await Promise.all(clients.map((id) => touch(`client:${id}`)))
    const numbers = made.map((revision) => revision?.revision ?? 0).sort((left, right) => left - right)
    expect(numbers).toEqual(clients.map((_, at) => before.revision + 1 + at))
    await expectEqualToRebuild()
  })

  it('does not lose a publish that is committed while the module is being switched off', async () => {
    const module = await catalogue.module(database)
    const api = await catalogue.api(database, { module, datasource: await touchedDatasource() })
    const publish = database.transaction(async (tx) => {
      await catalogue.publish(tx, api)
      await publisher.touch(tx, [`api:${api}`])
    })
    const switchOff = database.transaction(async (tx) => {
      await tx.query('UPDATE modules SET is_active = false WHERE id = $1', [module])
      await publisher.touch(tx, [`module:${module}`], { confirmShrink: true })
    })
    await Promise.all([publish, switchOff])
    expect((await currentEntries()).filter(({ kind }) => kind === 'api')).toEqual([])
    await expectEqualToRebuild()
  })

  it('keeps the last fifty manifests and every body that they name', async () => {
    const client = await catalogue.client(database)
    for (let round = 0; round < 55; round++) {
      await pool.query('UPDATE clients SET max_concurrent = $1', [round + 1])
      await touch(`client:${client}`)
    }
    expect(
      await one('SELECT count(*)::int AS n, max(revision) - min(revision) AS span FROM snapshot_manifests'),
    ).toEqual({ n: 50, span: '49' })
    const named = await pool.query(`SELECT signed FROM snapshot_manifests`)
    const hashes = named.rows.flatMap(({ signed }) => JSON.parse(signed).manifest.shards.filter(Boolean))
    const found = await one('SELECT count(*)::int AS n FROM snapshot_bodies WHERE hash = ANY ($1)', [
      [...new Set(hashes)],
    ])
    expect(found).toEqual({ n: new Set(hashes).size })
  })
})

describe('rebuild', () => {
  it('changes nothing after any series of touches', async () => {
    const step = fc.record({
      what: fc.constantFrom('publish', 'unpublish', 'drop', 'link', 'group', 'module', 'limit'),
      pick: fc.nat(20),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        await pool.query('TRUNCATE modules, datasources, clients, api_groups, keys CASCADE')
        await database.transaction((tx) => publisher.rebuild(tx))
        for (const { what, pick } of steps)
          await database.transaction(async (tx) => publisher.touch(tx, await randomChange(tx, what, pick)))
        await expectEqualToRebuild()
        expect(await database.transaction((tx) => publisher.rebuild(tx))).toBeUndefined()
      }),
      { numRuns: 25 },
    )
  })

  it('signs anew when the key of the gateways changed', async () => {
    const other = new TextEncoder().encode('the next key')
    const revision = await database.transaction((tx) => publisherOf(other).rebuild(tx))
    const { signed } = await readHead(database)
    expect(signed?.manifest.revision).toBe(revision?.revision)
    expect(signed && manifestIsAuthentic(signed, other)).toBe(true)
    expect(await database.transaction((tx) => publisher.rebuild(tx))).toBeDefined()
  })

  it('begins another epoch after a restore, at a greater revision', async () => {
    const before = await readHead(database)
    const begun = await database.transaction((tx) => publisher.beginEpoch(tx))
    expect(begun.epoch).not.toBe(before.epoch)
    expect(begun.revision).toBe(before.revision + 1)
    await expectEqualToRebuild()
  })
})

/** Changes something that exists, or makes the first one; says what it touched, and nothing that it did not. */
async function randomChange(tx: SqlSession, what: string, pick: number): Promise<string[]> {
  const made: string[] = []
  const some = async (table: string, kind: string, make: () => Promise<string>): Promise<string> => {
    const rows = (await tx.query(`SELECT id FROM ${table} ORDER BY id`)) as { id: string }[]
    const there = rows[pick % Math.max(1, rows.length)]?.id
    if (there !== undefined && pick % 5 !== 0) return there
    const id = await make()
    made.push(`${kind}:${id}`)
    return id
  }
  const module = await some('modules', 'module', () => catalogue.module(tx))
  const datasource = await some('datasources', 'datasource', () => catalogue.datasource(tx))
  const api = await some('apis', 'api', () => catalogue.api(tx, { module, datasource }))
  const client = await some('clients', 'client', () => catalogue.client(tx))
  const group = await some('api_groups', 'group', () => catalogue.group(tx))
  switch (what) {
    case 'publish':
      await catalogue.publish(tx, api)
      return [...made, `api:${api}`]
    case 'unpublish':
      await catalogue.unpublish(tx, api)
      return [...made, `api:${api}`]
    case 'drop':
      await tx.query('DELETE FROM apis WHERE id = $1', [api])
      return [...made, `api:${api}`]
    case 'link':
      await tx.query('INSERT INTO client_apis VALUES ($1, $2) ON CONFLICT DO NOTHING', [client, api])
      await tx.query('INSERT INTO group_apis VALUES ($1, $2) ON CONFLICT DO NOTHING', [group, api])
      await tx.query('INSERT INTO group_clients VALUES ($1, $2) ON CONFLICT DO NOTHING', [group, client])
      return [...made, `client:${client}`, `group:${group}`]
    case 'group':
      await tx.query('DELETE FROM api_groups WHERE id = $1', [group])
      return [...made, `group:${group}`]
    case 'module':
      await tx.query('UPDATE modules SET is_active = NOT is_active WHERE id = $1', [module])
      return [...made, `module:${module}`]
    default:
      await tx.query('UPDATE apis SET max_rows = $2 WHERE id = $1', [api, pick + 1])
      await tx.query('UPDATE clients SET max_concurrent = $2 WHERE id = $1', [client, pick + 1])
      return [...made, `api:${api}`, `client:${client}`]
  }
}
