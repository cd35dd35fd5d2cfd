import { freshDatabase, waitUntil } from '@penstock/testing'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { openPostgres } from './open-postgres.js'
import { settingsOf } from '@penstock/datasource/conformance'

const options = {
  mode: 'read',
  signal: new AbortController().signal,
  timeoutMs: 60_000,
  rowsMax: undefined,
  bytesMax: undefined,
} as const

describe('a stream', () => {
  it('makes the server wait for a slow reader instead of holding what it has not read', async () => {
    const database = await freshDatabase()
    const admin = new Client({ connectionString: database.url })
    await admin.connect()
    const driver = openPostgres(settingsOf(database.url))
    try {
      const statement = { text: `select generate_series(1, 300000) as n, repeat('x', 500)`, values: [], clean: true }
      const reader = driver.stream(statement, options)[Symbol.asyncIterator]()
      await reader.next()
      // 150 MB are on their way; with the reader standing still the server must be stuck in writing, not done.
      await waitUntil(async () => (await waitsOf(admin)).includes('ClientWrite'), { withinMs: 5000 })
      const heldBytes = process.memoryUsage().rss
      let rows = 0
      for (let next = await reader.next(); next.done !== true; next = await reader.next())
        rows += next.value.rows.length
      expect(rows).toBeGreaterThan(299_000)
      expect(process.memoryUsage().rss - heldBytes).toBeLessThan(64 * 1_048_576)
    } finally {
      await driver.close()
      await admin.end()
      await database.drop()
    }
  })
})

async function waitsOf(admin: Client): Promise<readonly (string | null)[]> {
  const { rows } = await admin.query<{ wait_event: string | null }>(
    `select wait_event from pg_stat_activity where application_name = 'penstock' and datname = current_database() and state = 'active'`,
  )
  return rows.map(({ wait_event }) => wait_event)
}
