import { migrate } from '@penstock/migrations'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { removeExpiredRecords } from './expired-records.js'

const NOW = Date.UTC(2026, 2, 10, 12)
const going = new AbortController().signal
let database: FreshDatabase
let pool: pg.Pool

beforeAll(async () => {
  database = await freshDatabase()
  const options = { url: database.url, sslMode: 'disable', sslCaFile: undefined, connectionsMax: 4 } as const
  await migrate(options, { verb: 'up' })
  pool = new pg.Pool({ connectionString: database.url, max: 2 })
  await pool.query(`INSERT INTO users (username, password_hash) VALUES ('ann', 'x')`)
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

async function left(sql: string): Promise<unknown[]> {
  const { rows } = await pool.query<{ left: unknown }>(sql)
  return rows.map((row) => row.left)
}

describe('expired records', () => {
  it('go when their time is over; a used token that has not expired stays, so that its theft is still noticed', async () => {
    await pool.query(
      `INSERT INTO refresh_tokens (family_id, user_id, token_hash, expires_at, used_at)
       SELECT gen_random_uuid(), users.id, name, $1::timestamptz + ends, $1
       FROM users, (VALUES ('expired', interval '-1 second'), ('used', interval '1 second')) AS token (name, ends)`,
      [new Date(NOW)],
    )
    await pool.query(
      `INSERT INTO revoked_access_tokens (jti, expires_at)
       SELECT gen_random_uuid(), $1::timestamptz + ends FROM unnest('{-1 second, 1 hour}'::interval[]) AS ends`,
      [new Date(NOW)],
    )
    await pool.query(
      `INSERT INTO access_record_batches (batch_id, gateway_id, stored_at)
       SELECT gen_random_uuid(), 'g1', $1::timestamptz - age FROM unnest('{25 hours, 23 hours}'::interval[]) AS age`,
      [new Date(NOW)],
    )
    expect(await removeExpiredRecords(pool, NOW, going)).toEqual({
      sessions: 1,
      revocations: 1,
      batches: 1,
    })
    expect(await left('SELECT token_hash AS left FROM refresh_tokens')).toEqual(['used'])
  })

  it('are worked off in batches however many there are, and a second run finds none', async () => {
    await pool.query(
      `INSERT INTO revoked_access_tokens (jti, expires_at)
       SELECT gen_random_uuid(), $1::timestamptz - interval '1 day' FROM generate_series(1, 12000)`,
      [new Date(NOW)],
    )
    expect(await removeExpiredRecords(pool, NOW, going)).toMatchObject({ revocations: 12_000 })
    expect(await removeExpiredRecords(pool, NOW, going)).toMatchObject({ revocations: 0 })
  })

  it('leave the rest for later when the worker is told to stop', async () => {
    await expect(removeExpiredRecords(pool, NOW, AbortSignal.abort('the worker stops'))).rejects.toBe(
      'the worker stops',
    )
  })
})
