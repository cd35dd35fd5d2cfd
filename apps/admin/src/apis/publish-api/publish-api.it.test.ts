import { openPostgresInspector } from '@penstock/datasource-postgres'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Caller } from '../../base/principal.js'
import { startAdmin, type AdminUnderTest } from '../../testing/admin-under-test.js'
import { apiOf, makeCatalogue, type Catalogue } from '../../testing/catalogue.js'
import { publishApi } from './publish-api.js'

let fresh: FreshDatabase
let admin: AdminUnderTest
let catalogue: Catalogue

beforeAll(async () => {
  fresh = await freshDatabase()
  admin = await startAdmin(fresh.url)
  catalogue = await makeCatalogue(admin)
})
afterAll(async () => {
  await admin.close()
  await fresh.drop()
})

const newApi = async (own = {}): Promise<string> =>
  ((await admin.post('apis', apiOf(catalogue, own))).body as { id: string }).id
const root: Caller = {
  requestId: 'r',
  ip: '127.0.0.1',
  user: {
    id: '8c2f4f0e-9d0e-4c55-9a39-0d7d5c2b1a11',
    username: 'root',
    isSuperuser: true,
    permissions: [],
    token: { jti: 'j', familyId: 'f', expiresAt: new Date() },
  },
}

/** Publishes with something happening while the data source is being asked, which no lock prevents. */
const publishWhile = (id: string, happening: () => Promise<unknown>) =>
  publishApi({
    ...admin.process.ports,
    inspect: (settings) => {
      const inspector = openPostgresInspector(settings)
      return { ...inspector, prepare: async (...given) => happening().then(() => inspector.prepare(...given)) }
    },
  })(root, id, { commit_message: '' })

describe('what happens while a publish looks at the data source', () => {
  it('a changed draft is refused, and nothing of either is served', async () => {
    const id = await newApi()
    const publishing = publishWhile(id, () => admin.patch(`apis/${id}`, { content: 'SELECT 2 AS changed' }))
    await expect(publishing).rejects.toMatchObject({
      code: 'CONFLICT',
      open: { message: expect.stringContaining('changed while') },
    })
    expect((await admin.get(`apis/${id}`)).body).toMatchObject({ is_published: false })
    expect((await admin.get(`apis/${id}/versions`)).body).toMatchObject({ total: 0 })
  })

  it('a live setting may change: it is served with what is published', async () => {
    const id = await newApi()
    await publishWhile(id, () => admin.patch(`apis/${id}`, { max_rows: 9 }))
    expect((await admin.get(`apis/${id}`)).body).toMatchObject({ is_published: true, max_rows: 9 })
  })

  it('another API that takes the route first wins, and this one is told of the clash', async () => {
    const [id, other] = [await newApi({ path: 'mine' }), await newApi({ path: 'theirs' })]
    const takeRoute = async (): Promise<void> => {
      await admin.process.ports.database.transaction((tx) =>
        tx.query(
          `WITH taken AS (INSERT INTO api_versions (api_id, version, http_method, path, execute_engine, content, params)
             VALUES ($1, 1, 'GET', 'mine', 'SQL', 'SELECT 1', '[]') RETURNING id)
           UPDATE apis SET published_version_id = taken.id, published_method = 'GET', published_path = 'mine', published_at = now()
           FROM taken WHERE apis.id = $1`,
          [other],
        ),
      )
    }
    await expect(publishWhile(id, takeRoute)).rejects.toMatchObject({ code: 'CONFLICT', status: 409 })
    expect((await admin.get(`apis/${id}`)).body).toMatchObject({ is_published: false })
  })

  it('holds no transaction: others read and change the API meanwhile', async () => {
    const id = await newApi()
    await publishWhile(id, async () => {
      const locks = await admin.process.ports.database.read((tx) =>
        tx.query(
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()`,
        ),
      )
      expect(locks).toEqual([{ n: 0 }])
    })
  })
})
