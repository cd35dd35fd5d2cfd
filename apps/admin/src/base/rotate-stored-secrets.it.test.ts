import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { openKeyring } from '@penstock/secrets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAdmin, type AdminUnderTest } from '../testing/admin-under-test.js'
import { datasourcePasswordPlace } from './datasource-connection.js'

let database: FreshDatabase
let before: AdminUnderTest
beforeAll(async () => {
  database = await freshDatabase()
  before = await startAdmin(database.url, { ENCRYPTION_KEY: 'the old key' })
})
afterAll(async () => {
  await before.close()
  await database.drop()
})

const rowsOf = (admin: AdminUnderTest, sql: string): Promise<Record<string, unknown>[]> =>
  admin.process.ports.database.read((tx) => tx.query(sql))
const SECRETS = `SELECT id::text, password_sealed AS sealed, password_key_id AS key_id FROM datasources
  UNION ALL SELECT id, secret_sealed, secret_key_id FROM keys ORDER BY 1`

describe('a new key in front of ENCRYPTION_KEY', () => {
  it('encrypts everything anew at the next start, so that the old key can go, and no gateway notices', async () => {
    const source = { product_type: 'postgres', host: 'h', database: 'd', username: 'u', password: 'clear text' }
    const { body } = await before.post('datasources', { name: 'source', ...source })
    const { id } = body as { id: string }
    const revision = await rowsOf(before, 'SELECT revision FROM snapshot_head')

    const during = await startAdmin(database.url, { ENCRYPTION_KEY: 'the new key,the old key' })
    const ring = openKeyring('the new key')
    const rows = await rowsOf(during, SECRETS)
    expect(rows.length).toBe(3)
    expect(rows.map((row) => row['key_id'])).toEqual(rows.map(() => ring.newestKeyId))
    const sealed = rows.find((row) => row['id'] === id)?.['sealed']
    expect(ring.decrypt(String(sealed), datasourcePasswordPlace(id))).toBe('clear text')
    expect(await rowsOf(during, 'SELECT revision FROM snapshot_head')).toEqual(revision)
    await during.close()

    const after = await startAdmin(database.url, { ENCRYPTION_KEY: 'the new key' })
    expect((await after.post('clients', { name: 'made with the pepper that was encrypted anew' })).status).toBe(201)
    await after.close()
  })
})
