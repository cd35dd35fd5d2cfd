import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAdmin, type AdminUnderTest } from '../testing/admin-under-test.js'
import { makeCatalogue, type Catalogue } from '../testing/catalogue.js'

let fresh: FreshDatabase
let admin: AdminUnderTest
let catalogue: Catalogue
const ANSWER = '{% macro answer() %}42{% endmacro %}'

beforeAll(async () => {
  fresh = await freshDatabase()
  admin = await startAdmin(fresh.url)
  catalogue = await makeCatalogue(admin)
})
afterAll(async () => {
  await admin.close()
  await fresh.drop()
})

async function create(name: string, own: object = {}): Promise<string> {
  const { status, body } = await admin.post('macros', { name, content: ANSWER, ...own })
  expect(status, JSON.stringify(body)).toBe(201)
  return (body as { id: string }).id
}

describe('a macro', () => {
  it('is made, listed with those of its module, changed and removed', async () => {
    const [everywhere, own] = [await create('everywhere'), await create('own', { module_id: catalogue.moduleId })]
    const other = await makeCatalogue(admin)
    expect((await admin.get(`macros?module_id=${catalogue.moduleId}`)).body).toMatchObject({ total: 2 })
    expect((await admin.get(`macros?module_id=${other.moduleId}`)).body).toMatchObject({
      total: 1,
      data: [{ id: everywhere }],
    })
    expect((await admin.patch(`macros/${own}`, { description: 'of one module' })).body).toMatchObject({
      description: 'of one module',
      used_by_apis_count: 0,
      is_published: false,
    })
    for (const id of [everywhere, own]) expect((await admin.delete(`macros/${id}`)).status).toBe(204)
    expect((await admin.get(`macros/${own}`)).status).toBe(404)
  })

  it('has a name that is unique in its module and can be called', async () => {
    await create('twice')
    expect((await admin.post('macros', { name: 'twice' })).status).toBe(409)
    await create('twice', { module_id: catalogue.moduleId })
    expect((await admin.post('macros', { name: 'not a name' })).status).toBe(422)
  })

  it('of any dialect can be published: its SQL is judged by the data source of the API that calls it', async () => {
    const own = { module_id: catalogue.moduleId }
    // Backslash escapes in strings of MySQL; in PostgreSQL the string ends there, and the value stands in another one.
    const content = `{% macro its(v) %}'it\\'s' = {{ v }} OR 'x' = {{ v }}{% endmacro %}`
    const id = await create('escaping', { ...own, content })
    expect((await admin.post(`macros/${id}/publish`, {})).status).toBe(200)
    const mysql = {
      name: 'mysql of macros',
      product_type: 'mysql',
      host: 'nowhere.invalid',
      database: 'x',
      username: 'x',
    }
    const { body: source } = await admin.post('datasources', mysql)
    const api = { ...own, path: 'macro/caller', http_method: 'GET', execute_engine: 'SQL' }
    for (const [datasourceId, ok] of [
      [catalogue.datasourceId, false],
      [(source as { id: string }).id, true],
    ] as const) {
      const tried = { ...api, datasource_id: datasourceId, content: 'SELECT 1 WHERE {{ its(1) }}' }
      expect((await admin.post('apis/validate', tried)).body, JSON.stringify(tried)).toMatchObject({ valid: ok })
    }
  })

  it('keeps versions, publishes one of them or the draft, and is withdrawn', async () => {
    const id = await create('versioned')
    const first = (await admin.post(`macros/${id}/versions`, { commit_message: 'one' })).body as { id: string }
    await admin.patch(`macros/${id}`, { content: ANSWER.replace('42', '43') })
    expect((await admin.post(`macros/${id}/publish`, {})).body).toMatchObject({ version: 2, outdated_apis: [] })
    expect((await admin.post(`macros/${id}/publish`, {})).body).toMatchObject({ version: 2 })
    expect((await admin.post(`macros/${id}/publish`, { version_id: first.id })).body).toMatchObject({ version: 1 })
    expect((await admin.get(`macros/${id}/versions`)).body).toMatchObject({
      data: [
        { version: 2, is_published: false },
        { version: 1, is_published: true, commit_message: 'one' },
      ],
    })
    expect((await admin.get(`macros/${id}/versions/${first.id}`)).body).toMatchObject({ macro_id: id, content: ANSWER })
    expect((await admin.post(`macros/${id}/unpublish`)).body).toMatchObject({ is_published: false })
    const other = await create('other')
    expect((await admin.post(`macros/${other}/publish`, { version_id: first.id })).status).toBe(404)
  })

  it.each([
    ['no macro block', 'SELECT 1'],
    ['a block that does not end', '{% macro broken() %}1'],
    ['nothing', ''],
  ])('is not published with %s', async (words, content) => {
    const id = await create(`m_${words.replaceAll(' ', '_')}`, { content })
    const { status, body } = await admin.post(`macros/${id}/publish`, {})
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'CONTENT_INVALID', errors: [{ field: 'content' }] })
    expect((await admin.get(`macros/${id}`)).body).toMatchObject({ is_published: false })
  })
})
