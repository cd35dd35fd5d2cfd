import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdminUnderTest, Answer } from '../testing/admin-under-test.js'
import { apisUnderTest, bodyOf, type ApisUnderTest, type Body } from '../testing/apis-under-test.js'
import type { Catalogue } from '../testing/catalogue.js'

let fresh: FreshDatabase
let admin: AdminUnderTest
let catalogue: Catalogue
let query: ApisUnderTest['query']
let create: ApisUnderTest['create']
let publish: ApisUnderTest['publish']
let served: ApisUnderTest['served']

beforeAll(async () => {
  fresh = await freshDatabase()
  ;({ admin, catalogue, query, create, publish, served } = await apisUnderTest(fresh.url))
})
afterAll(async () => {
  await admin.close()
  await fresh.drop()
})

const delayed = { name: 'delay', data_type: 'integer', min: 0 }

describe('versions', () => {
  it('are taken, listed, read and compared', async () => {
    const { id } = await create({ content: 'SELECT 1 AS a\nFROM flights' })
    const first = bodyOf(await admin.post(`apis/${id}/versions`, { commit_message: 'one' }))
    await admin.patch(`apis/${id}`, { content: 'SELECT 2 AS a\nFROM flights', http_method: 'POST' })
    const second = bodyOf(await admin.post(`apis/${id}/versions`, { commit_message: 'two' }))
    expect([first['version'], second['version']]).toEqual([1, 2])
    expect(bodyOf(await admin.get(`apis/${id}/versions`))['data']).toMatchObject([
      { commit_message: 'two' },
      { commit_message: 'one' },
    ])
    const diff = bodyOf(await admin.get(`apis/${id}/versions/${first['id']}/diff/${second['id']}`))
    expect(diff['content'].map(({ kind }: Body) => kind)).toEqual(['removed', 'added', 'same'])
    expect(diff['fields']).toEqual([{ field: 'http_method', a: 'GET', b: 'POST' }])
    const other = await create()
    expect((await admin.get(`apis/${other['id']}/versions/${first['id']}`)).status).toBe(404)
  })

  it('go back to what was served before, and further back, and forward by publishing', async () => {
    const { id } = await create({ content: 'SELECT 1 AS v' })
    const one = await publish(id)
    for (const value of [2, 3]) {
      await admin.patch(`apis/${id}`, { content: `SELECT ${value} AS v` })
      await publish(id)
    }
    const back = async () => bodyOf(await admin.post(`apis/${id}/rollback`, {}))
    expect(await back()).toMatchObject({ version: 2 })
    expect(await back()).toMatchObject({ version: 1 })
    expect((await admin.post(`apis/${id}/rollback`, {})).status).toBe(409)
    expect(await served(id)).toMatchObject({ version: 1, version_id: one['version_id'] })
    expect(bodyOf(await admin.get(`apis/${id}`))['content']).toBe('SELECT 3 AS v')
  })

  it('do not go back to a route that another API has taken meanwhile', async () => {
    const { id } = await create({ path: 'was/mine' })
    const first = await publish(id)
    await admin.patch(`apis/${id}`, { path: 'moved/on' })
    await publish(id)
    const other = await create({ path: 'was/mine', name: 'the new holder' })
    await publish(other['id'])
    const { status, body } = await admin.post(`apis/${id}/rollback`, { version_id: first['version_id'] })
    expect(status).toBe(409)
    expect(JSON.stringify(body)).toContain('the new holder')
    expect(await served(id)).toMatchObject({ path: 'moved/on' })
  })

  it('hold the macro versions that they were published with', async () => {
    const macro = bodyOf(
      await admin.post('macros', { name: 'answer', content: '{% macro answer() %}42{% endmacro %}' }),
    )
    const { id } = await create({ content: 'SELECT {{ answer() }} AS a' })
    const unpublished = await admin.post(`apis/${id}/publish`, {})
    expect(unpublished.status).toBe(422)
    expect(JSON.stringify(unpublished.body)).toContain('The macro answer must be published')
    await admin.post(`macros/${macro['id']}/publish`, {})
    await publish(id)
    await admin.patch(`macros/${macro['id']}`, { content: '{% macro answer() %}43{% endmacro %}' })
    const second = bodyOf(await admin.post(`macros/${macro['id']}/publish`, {}))
    expect(second).toMatchObject({ version: 2, outdated_apis: [expect.stringContaining('GET')] })
    expect(JSON.stringify((await served(id))?.sql)).toContain('42')
    expect((await admin.delete(`macros/${macro['id']}`)).status).toBe(409)
    expect(await publish(id)).toMatchObject({ version: 2 })
    expect(JSON.stringify((await served(id))?.sql)).toContain('43')
    expect(bodyOf(await admin.post(`apis/${id}/rollback`, {}))).toMatchObject({ version: 1 })
    expect(JSON.stringify((await served(id))?.sql)).toContain('42')
  })
})

describe('validate', () => {
  it('tells what a publish would say and saves nothing', async () => {
    const before = await query('SELECT count(*) FROM apis')
    const { status, body } = await admin.post('apis/validate', {
      datasource_id: catalogue.datasourceId,
      content: 'SELECT id FROM flights WHERE origin = {{ origin }} AND delay > {{ delay }}',
      params: [delayed, { name: 'unused' }],
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      valid: false,
      errors: [{ field: 'content', message: expect.stringContaining('origin') }],
      warnings: [{ field: 'params[1]' }],
      parameters: ['origin', 'delay'],
      proof: { shapes: 1, proved: 1 },
      writes: false,
    })
    expect(await query('SELECT count(*) FROM apis')).toEqual(before)
  })
})

describe('debug', () => {
  it('runs the draft as a gateway would and shows what was sent', async () => {
    const { id } = await create({
      content:
        'SELECT id, 9007199254740993::int8 AS big FROM flights WHERE origin = {{ origin }} AND id = ANY({{ ids }}) ORDER BY id',
      params: [
        { name: 'origin', required: true },
        { name: 'ids', data_type: 'array' },
      ],
    })
    const { body } = await admin.post(`apis/${id}/debug`, { params: { origin: "SEA' OR 1=1", ids: '1,2' } })
    expect(body).toMatchObject({ success: true, data: [], debug: { mode: 'read', committed: false } })
    expect(bodyOf({ body } as Answer)['debug']['statements'][0]).toMatchObject({
      sql: expect.not.stringContaining('SEA'),
      binds: ["SEA' OR 1=1", expect.anything()],
    })
    const found = bodyOf(await admin.post(`apis/${id}/debug`, { params: { origin: 'SEA', ids: [1, 2] } }))
    expect(found['data']).toEqual([
      { id: 1, big: '9007199254740993' },
      { id: 2, big: '9007199254740993' },
    ])
  })

  it('says what the data source said, and which parameters are wrong', async () => {
    const { id } = await create({ content: 'SELECT 1 / {{ delay }} AS x', params: [delayed] })
    const zero = bodyOf(await admin.post(`apis/${id}/debug`, { params: { delay: 0 } }))
    expect(zero).toMatchObject({ success: false, debug: { database_message: expect.stringContaining('zero') } })
    const wrong = bodyOf(await admin.post(`apis/${id}/debug`, { params: { delay: 'soon' } }))
    expect(wrong).toMatchObject({
      success: false,
      code: 'PARAM_INVALID',
      errors: [{ name: 'delay', location: 'query' }],
    })
  })

  it('hands out pages as a gateway would, and shows the statements of a page', async () => {
    const { id } = await create({
      content: 'SELECT id, origin FROM flights',
      paging: { mode: 'keyset', page_size: 2, page_size_max: 2, order_by: [{ column: 'id' }] },
    })
    const debug = async (params: object) => bodyOf(await admin.post(`apis/${id}/debug`, { params }))
    const first = await debug({ total: true })
    expect(first).toMatchObject({
      data: [{ id: 1 }, { id: 2 }],
      ...{ page_size: 2, total: 3, next_cursor: expect.any(String) },
      debug: { statements: [{ sql: expect.stringContaining('LIMIT') }, { sql: expect.stringContaining('count') }] },
    })
    expect(await debug({ cursor: first['next_cursor'], page_size: '1' })).toMatchObject({
      data: [{ id: 3 }],
      next_cursor: null,
    })
    expect(await debug({ page_size: 3, cursor: {} })).toMatchObject({
      code: 'PARAM_INVALID',
      errors: [{ name: 'page_size' }, { name: 'cursor' }],
    })
    await admin.patch(`apis/${id}`, {
      paging: { mode: 'keyset', page_size: 2, page_size_max: 2, order_by: [{ column: 'nowhere' }] },
    })
    const refused = await admin.post(`apis/${id}/debug`, {})
    expect([refused.status, bodyOf(refused)['errors'][0].field]).toEqual([422, expect.stringMatching(/^paging/)])
  })

  it('rolls back what a writing API wrote unless commit is said', async () => {
    const { id } = await create({
      http_method: 'POST',
      content: `INSERT INTO notes (text) VALUES ('hello') RETURNING text`,
    })
    const notes = async () => (await query('SELECT text FROM notes')).length
    const tried = bodyOf(await admin.post(`apis/${id}/debug`, {}))
    expect(tried).toMatchObject({
      success: true,
      data: [{ text: 'hello' }],
      debug: { mode: 'write', committed: false },
    })
    expect(await notes()).toBe(0)
    expect(bodyOf(await admin.post(`apis/${id}/debug`, { commit: true }))).toMatchObject({ debug: { committed: true } })
    expect(await notes()).toBe(1)
  })

  it('refuses writes behind GET on the server', async () => {
    const { id } = await create()
    const body = bodyOf(
      await admin.post(`apis/${id}/debug`, { content: `INSERT INTO notes (text) VALUES ('x') RETURNING id` }),
    )
    expect(body['success']).toBe(false)
  })
})
