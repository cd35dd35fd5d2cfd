import { migrate } from '@penstock/migrations'
import { freshDatabase } from '@penstock/testing'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { forgetStaleGateways } from './stale-gateways.js'

const NOW = Date.UTC(2026, 2, 10, 12)

describe('stale gateways', () => {
  it('are forgotten after a day of silence; the others stay', async () => {
    const database = await freshDatabase()
    const options = { url: database.url, sslMode: 'disable', sslCaFile: undefined, connectionsMax: 4 } as const
    await migrate(options, { verb: 'up' })
    const pool = new pg.Pool({ connectionString: database.url, max: 1 })
    try {
      await pool.query(
        `INSERT INTO gateways (gateway_id, started_at, version, format, persisted, seen_at)
         VALUES ('gone', $1, '0.1.0', 1, true, $1::timestamptz - interval '25 hours'),
                ('away', $1, '0.1.0', 1, true, $1::timestamptz - interval '23 hours')`,
        [new Date(NOW)],
      )
      expect(await forgetStaleGateways(pool, NOW)).toEqual(['gone'])
      expect(await forgetStaleGateways(pool, NOW)).toEqual([])
    } finally {
      await pool.end()
      await database.drop()
    }
  })
})
