import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdminUnderTest } from '../testing/admin-under-test.js'
import { apisUnderTest, bodyOf, type ApisUnderTest } from '../testing/apis-under-test.js'
import { apiOf, type Catalogue } from '../testing/catalogue.js'

let fresh: FreshDatabase
let admin: AdminUnderTest
let catalogue: Catalogue
let query: ApisUnderTest['query']
let create: ApisUnderTest['create']
let publish: ApisUnderTest['publish']
let served: ApisUnderTest['served']
let revision: ApisUnderTest['revision']

beforeAll(async () => {
  fresh = await freshDatabase()
  ;({ admin, catalogue, query, create, publish, served, revision } = await apisUnderTest(fresh.url))
})
afterAll(async () => {
  await admin.close()
  await fresh.drop()
})

describe('kept answers', () => {
  it('have a time and a purge, which are in the entry at once; without a time there is nothing of them', async () => {
    const { id } = await create()
    await publish(id)
    expect((await served(id))?.cache).toBeUndefined()
    const times = { cache_ttl_seconds: 60, cache_stale_seconds: 5 }
    expect(bodyOf(await admin.patch(`apis/${id}`, times))).toMatchObject(times)
    expect((await served(id))?.cache).toEqual({ ttl_ms: 60_000, stale_ms: 5_000, generation: 0 })
    const purged = bodyOf(await admin.post(`apis/${id}/purge-cache`))
    expect(purged).toEqual({ id, revision: await revision() })
    expect((await served(id))?.cache?.generation).toBe(1)
    const [record] = await query(`SELECT after FROM audit_log WHERE resource_id = $1 AND action = 'api.purge-cache'`, [
      id,
    ])
    expect(record?.['after']).toEqual({ cache_generation: 1 })
    expect((await admin.post(`apis/00000000-0000-4000-8000-000000000000/purge-cache`)).status).toBe(404)
    expect((await (await admin.as('Viewer')).post(`apis/${id}/purge-cache`)).status).toBe(403)
  })
})

describe('a time to keep answers', () => {
  const warned = async (own: object) => {
    const { id } = await create({ cache_ttl_seconds: 60, ...own })
    return (await publish(id))['warnings'] as { field: string; message: string }[]
  }
  const script = { execute_engine: 'SCRIPT', datasource_id: null, content: 'export default () => 1' }

  it('of an API that could write is warned of at publish, since no answer of it is ever kept', async () => {
    const writes = { http_method: 'POST', content: `INSERT INTO flights (id) VALUES (1)` }
    expect(await warned(writes)).toEqual([
      { field: 'cache_ttl_seconds', message: 'has no effect: the template writes. Take GET, or null' },
    ])
    expect(await warned({ ...script, http_method: 'PUT' })).toMatchObject([{ field: 'cache_ttl_seconds' }])
    expect(await warned({ ...writes, path: 'no/time', cache_ttl_seconds: null })).toEqual([])
  })

  it('of an API that only reads is no warning, whatever its method', async () => {
    expect(await warned({})).toEqual([])
    expect(await warned({ http_method: 'POST' })).toEqual([])
    expect(await warned(script)).toEqual([])
  })
})

describe('paging', () => {
  const keyset = { mode: 'keyset', order_by: [{ column: 'delay', direction: 'desc' }, { column: 'id' }] }
  const validate = async (own: object) =>
    bodyOf(await admin.post('apis/validate', { datasource_id: catalogue.datasourceId, ...own }))
  const content =
    'SELECT id, delay FROM flights {% where %} {% if from is defined %} AND id > {{ from }} {% endif %} {% endwhere %}'
  const from = { name: 'from', data_type: 'integer' }

  it('is part of what a version holds, and of the entry once it is published', async () => {
    const { id, paging } = await create({ content, params: [from], paging: keyset })
    expect(paging).toEqual({
      ...{ mode: 'keyset', page_size: 20, page_size_max: 100, total: 'on_request' },
      order_by: [
        { column: 'delay', direction: 'desc' },
        { column: 'id', direction: 'asc' },
      ],
    })
    const first = await publish(id)
    expect((await served(id))?.paging).toEqual(paging)
    await admin.patch(`apis/${id}`, { paging: null })
    expect(bodyOf(await admin.get(`apis/${id}`))).toMatchObject({ paging: null, draft_differs: true })
    expect((await served(id))?.paging).toEqual(paging)
    const second = await publish(id)
    expect((await served(id))?.paging).toBeUndefined()
    const diff = bodyOf(await admin.get(`apis/${id}/versions/${first['version_id']}/diff/${second['version_id']}`))
    expect(diff['fields']).toEqual([{ field: 'paging', a: paging, b: null }])
    await admin.post(`apis/${id}/rollback`)
    expect((await served(id))?.paging).toEqual(paging)
  })

  it.each([
    ['a column that is not in the result', { paging: { mode: 'offset', order_by: [{ column: 'none' }] } }, 'none'],
    [
      'a column without an order',
      { content: `SELECT '{}'::json AS id`, paging: { mode: 'keyset', order_by: [{ column: 'id' }] } },
      'json',
    ],
    ['several statements', { content: 'SELECT 1 AS id; SELECT 2 AS id' }, 'exactly one statement'],
    [
      'a statement that writes',
      { http_method: 'POST', content: 'DELETE FROM notes RETURNING id, 1 AS delay' },
      'only reads',
    ],
    [
      'a parameter that the gateway itself reads',
      {
        content: 'SELECT id, delay FROM flights WHERE id > {{ cursor }}',
        params: [{ name: 'cursor', data_type: 'integer' }],
      },
      'cursor',
    ],
  ])('is refused while publishing with %s', async (_, own, words) => {
    const { valid, errors } = await validate({ content: 'SELECT id, delay FROM flights', paging: keyset, ...own })
    expect(valid).toBe(false)
    expect(JSON.stringify(errors)).toContain(words)
  })

  it('is proved around every statement that the template can make', async () => {
    expect(await validate({ content, params: [from], paging: keyset })).toMatchObject({ valid: true, errors: [] })
    const one = 'SELECT id, {% if wide %} delay {% else %} 1 AS other {% endif %} FROM flights'
    const { errors } = await validate({
      content: one,
      params: [{ name: 'wide', data_type: 'boolean' }],
      paging: keyset,
    })
    expect(errors).toEqual([{ field: 'paging', message: expect.stringContaining('penstock_page.delay') }])
  })

  it.each([
    ['no order', { mode: 'offset', order_by: [] }, 'paging.order_by'],
    [
      'a page bigger than its maximum',
      { mode: 'offset', page_size: 200, order_by: [{ column: 'id' }] },
      'paging.page_size',
    ],
    ['a column twice', { mode: 'offset', order_by: [{ column: 'id' }, { column: 'id' }] }, 'paging.order_by'],
  ])('cannot have %s', async (_, paging, field) => {
    const { status, body } = await admin.post('apis', apiOf(catalogue, { paging }))
    expect(status).toBe(422)
    expect(JSON.stringify(body)).toContain(`"${field}"`)
  })
})
