import { createHash } from 'node:crypto'
import { migrate } from '@penstock/migrations'
import { freshDatabase, waitUntil, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keepSnapshotsSmall } from './snapshot-upkeep.js'

const NOW = Date.UTC(2026, 2, 10, 12)
const HOUR_MS = 3_600_000
const going = new AbortController().signal
let database: FreshDatabase
let pool: pg.Pool

beforeAll(async () => {
  database = await freshDatabase()
  const options = { url: database.url, sslMode: 'disable', sslCaFile: undefined, connectionsMax: 4 } as const
  await migrate(options, { verb: 'up' })
  pool = new pg.Pool({ connectionString: database.url, max: 4 })
})
beforeEach(async () => {
  await pool.query('TRUNCATE snapshot_entries, snapshot_bodies, snapshot_manifests')
  await pool.query('UPDATE snapshot_head SET revision = 0')
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

/** A body that was last named by the revision, or is named now when it is null. */
async function body(name: string, lastUsedRevision: number | null, ageHours: number): Promise<void> {
  await pool.query('INSERT INTO snapshot_bodies (hash, body, created_at, last_used_revision) VALUES ($1, $2, $3, $4)', [
    createHash('sha256').update(name).digest('hex'),
    name,
    new Date(NOW - ageHours * HOUR_MS),
    lastUsedRevision,
  ])
}

async function manifest(revision: number, ageHours: number): Promise<void> {
  await pool.query(`INSERT INTO snapshot_manifests (revision, signed, added, created_at) VALUES ($1, '{}', '{}', $2)`, [
    revision,
    new Date(NOW - ageHours * HOUR_MS),
  ])
  await pool.query('UPDATE snapshot_head SET revision = greatest(revision, $1)', [revision])
}

async function bodiesLeft(): Promise<string[]> {
  const { rows } = await pool.query<{ body: string }>('SELECT body FROM snapshot_bodies ORDER BY body')
  return rows.map((row) => row.body)
}

async function upkeepWaits(): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return rowCount === 1
}

describe('snapshot upkeep', () => {
  it('removes a body only when no recent manifest names it and a day has passed since one did', async () => {
    for (let revision = 1; revision <= 10; revision += 1) await manifest(revision, revision <= 6 ? 48 : 2)
    await body('current', null, 100)
    await body('named by the last three', 8, 100)
    await body('retired an hour ago', 6, 100)
    await body('retired two days ago', 5, 100)
    expect(await keepSnapshotsSmall(pool, NOW, going)).toEqual({ bodies: 1, manifests: 0 })
    expect(await bodiesLeft()).toEqual(['current', 'named by the last three', 'retired an hour ago'])
    expect(await keepSnapshotsSmall(pool, NOW, going)).toEqual({ bodies: 0, manifests: 0 })
  })

  it('keeps the last fifty manifests, and a young body whose retiring manifest is not among them any more', async () => {
    for (let revision = 1; revision <= 60; revision += 1) await manifest(revision, 1)
    await body('made and retired today', 2, 3)
    expect(await keepSnapshotsSmall(pool, NOW, going)).toEqual({ bodies: 0, manifests: 10 })
    expect(await keepSnapshotsSmall(pool, NOW, going)).toEqual({ bodies: 0, manifests: 0 })
    expect(await bodiesLeft()).toEqual(['made and retired today'])
  })

  it('waits for a publish that brings a body back, and then leaves that body alone', async () => {
    for (let revision = 1; revision <= 10; revision += 1) await manifest(revision, 48)
    await body('comes back', 3, 100)
    const publish = await pool.connect()
    await publish.query('BEGIN')
    await publish.query('SELECT revision FROM snapshot_head FOR UPDATE')
    const upkeep = keepSnapshotsSmall(pool, NOW, going)
    await waitUntil(upkeepWaits, { withinMs: 5000, what: 'upkeep waiting for the lock of the head' })
    await publish.query('UPDATE snapshot_bodies SET last_used_revision = NULL')
    await publish.query('COMMIT')
    publish.release()
    expect(await upkeep).toEqual({ bodies: 0, manifests: 0 })
  })
})
