import { randomUUID } from 'node:crypto'
import { migrate } from '@penstock/migrations'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAYS_AHEAD, keepAccessLogPartitions } from './access-log-partitions.js'

const NOON = Date.UTC(2026, 2, 10, 12)
const DAY_MS = 86_400_000
let database: FreshDatabase
let pool: pg.Pool

beforeAll(async () => {
  database = await freshDatabase()
  const options = { url: database.url, sslMode: 'disable', sslCaFile: undefined, connectionsMax: 4 } as const
  await migrate(options, { verb: 'up' })
  pool = new pg.Pool({ connectionString: database.url, max: 4 })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

async function partitions(): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'access_records'::regclass ORDER BY 1`,
  )
  return rows.map((row) => row.name).filter((name) => name !== 'access_records_default')
}

async function record(atMs: number): Promise<void> {
  await pool.query(
    `INSERT INTO access_records (id, at, gateway_id, request_id, method, path, status, duration_ms, response_bytes, ip)
     VALUES ($1, $2, 'g1', 'r1', 'GET', '/api/x', 200, 1, 10, '127.0.0.1')`,
    [randomUUID(), new Date(atMs)],
  )
}

async function recordsIn(table: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${pg.escapeIdentifier(table)}`,
  )
  return rows[0]?.count ?? -1
}

describe('access log partitions', () => {
  it('exist for today and the days ahead, and take over what came before they did', async () => {
    await record(NOON)
    expect(await recordsIn('access_records_default')).toBe(1)
    expect(await keepAccessLogPartitions(pool, 30, NOON)).toEqual({ created: DAYS_AHEAD + 1, dropped: 0 })
    const days = await partitions()
    expect(days.at(0)).toBe('access_records_20260310')
    expect(days.at(-1)).toBe('access_records_20260317')
    expect(await recordsIn('access_records_20260310')).toBe(1)
    expect(await recordsIn('access_records_default')).toBe(0)
  })

  it('are not disturbed by a second run, nor by two workers at once', async () => {
    const before = await partitions()
    const both = await Promise.all([keepAccessLogPartitions(pool, 30, NOON), keepAccessLogPartitions(pool, 30, NOON)])
    expect(both).toEqual([
      { created: 0, dropped: 0 },
      { created: 0, dropped: 0 },
    ])
    expect(await partitions()).toEqual(before)
  })

  it('are dropped when they are older than the retention, today counted as the first day', async () => {
    await record(NOON + 2 * DAY_MS)
    expect(await keepAccessLogPartitions(pool, 2, NOON + 2 * DAY_MS)).toEqual({ created: 2, dropped: 1 })
    expect((await partitions()).at(0)).toBe('access_records_20260311')
    expect(await recordsIn('access_records')).toBe(1)
  })
})
