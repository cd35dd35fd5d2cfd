import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdminUnderTest, Answer } from '../testing/admin-under-test.js'
import { apisUnderTest, bodyOf, type ApisUnderTest } from '../testing/apis-under-test.js'
import { apiOf, makeCatalogue, type Catalogue } from '../testing/catalogue.js'

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

const delayed = { name: 'delay', data_type: 'integer', min: 0 }

describe('a draft', () => {
  it('is read back as it was made, with its path in its one form', async () => {
    const api = await create({
      path: '/Flights/{id}/',
      params: [{ name: 'id', location: 'path', data_type: 'integer' }],
    })
    expect(api).toMatchObject({ path: 'Flights/{id}', is_published: false, draft_differs: true, execute_engine: 'SQL' })
    expect(bodyOf(await admin.get(`apis/${api['id']}`))).toEqual(api)
    const list = bodyOf(await admin.get(`apis?path=Flights`))
    expect(list).toMatchObject({ total: 1, data: [{ id: api['id'] }] })
  })

  it.each([
    ['a reserved first segment', { path: 'token/x' }, 'path'],
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['a time that is none', { cache_ttl_seconds: 0 }, 'cache_ttl_seconds'],
    ['a range that is none', { ip_deny: ['10.0.0.0/8', '10.0.0/8'] }, 'ip_deny[1]'],
    ['a reserved parameter', { params: [{ name: 'naming' }] }, 'params[0].name'],
    ['a module that is not there', { module_id: '6f9c8c38-7b39-4a8e-9a57-0d7d5c2b1a11' }, 'module_id'],
  ])('is refused with %s, by the name of the field', async (_, own, field) => {
    const { status, body } = await admin.post('apis', apiOf(catalogue, own))
    expect(status).toBe(422)
    expect(JSON.stringify(body)).toContain(`"${field}"`)
  })

  it('is refused with origins that no browser sends, which would silently allow nobody', async () => {
    for (const origin of ['banana', 'https://app.example/', 'https://App.example', 'app.example', 'null']) {
      const { status, body } = await admin.post('apis', apiOf(catalogue, { cors_origins: ['*', origin] }))
      expect({ status, body }, origin).toMatchObject({ status: 422, body: { errors: [{ field: 'cors_origins[1]' }] } })
    }
    const cors_origins = ['*', 'https://app.example:8443', 'http://[::1]:3000', 'capacitor://localhost']
    expect(await create({ cors_origins })).toMatchObject({ cors_origins })
  })

  it('is refused when another one has its route, whatever its parameters are called', async () => {
    await create({ path: 'clash/{a}' })
    expect((await admin.post('apis', apiOf(catalogue, { path: 'clash/{b}' }))).status).toBe(409)
    expect((await admin.post('apis', apiOf(catalogue, { path: 'clash/{b}', http_method: 'POST' }))).status).toBe(201)
  })
})

describe('publishing', () => {
  it('serves the draft as its first version, proved on the data source', async () => {
    const api = await create({
      content:
        'SELECT id FROM flights {% where %}{% if delay is defined %}AND delay >= {{ delay }}{% endif %}{% endwhere %}',
      params: [delayed],
    })
    const published = await publish(api['id'])
    expect(published).toMatchObject({ version: 1, revision: await revision(), proof: { shapes: 2, proved: 2 } })
    expect(await served(api['id'])).toMatchObject({ version: 1, method: 'GET', sql: { proved: true } })
    expect(bodyOf(await admin.get(`apis/${api['id']}`))).toMatchObject({
      is_published: true,
      published_version: 1,
      draft_differs: false,
    })
  })

  it('takes no new version of a draft that did not change, and makes no new revision', async () => {
    const { id } = await create()
    const first = await publish(id)
    expect(await publish(id)).toMatchObject({
      version: 1,
      version_id: first['version_id'],
      revision: first['revision'],
    })
    expect(bodyOf(await admin.get(`apis/${id}/versions`))['total']).toBe(1)
  })

  it('leaves what is served alone while the draft changes, and lets live settings through at once', async () => {
    const { id } = await create()
    await publish(id)
    await admin.patch(`apis/${id}`, {
      content: 'SELECT 2 AS two',
      path: `moved/${id}`,
      access_type: 'private',
      max_rows: 7,
      stream: true,
    })
    expect(await served(id)).toMatchObject({
      version: 1,
      path: expect.stringContaining('things/'),
      access_type: 'private',
      max_rows: 7,
      stream: true,
    })
    await admin.patch(`apis/${id}`, { is_active: false })
    expect(await served(id)).toBeUndefined()
  })

  it('names every fault with its place and changes nothing', async () => {
    const { id } = await create({
      content: "SELECT *\nFROM flights WHERE origin = '{{ origin }}'",
      params: [delayed, delayed],
    })
    const before = await revision()
    const { status, body } = await admin.post(`apis/${id}/publish`, {})
    expect(status).toBe(422)
    expect(body).toMatchObject({
      code: 'CONTENT_INVALID',
      errors: expect.arrayContaining([
        expect.objectContaining({ field: 'content', line: 2, column: 30 }),
        expect.objectContaining({ field: 'params[0]' }),
      ]),
    })
    expect(await revision()).toBe(before)
    expect(bodyOf(await admin.get(`apis/${id}/versions`))['total']).toBe(0)
  })

  it.each([
    ['a table that is not there', 'SELECT *\nFROM no_such_table', { line: 2, column: 6 }],
    ['a write behind GET', `INSERT INTO notes (text) VALUES ('x')`, {}],
    ['a statement that ends the transaction', 'SELECT 1; COMMIT', {}],
    ['no content', ' ', {}],
  ])('refuses %s', async (_, content, place) => {
    const { id } = await create({ content })
    const { status, body } = await admin.post(`apis/${id}/publish`, {})
    expect(status).toBe(422)
    expect(bodyOf({ body } as Answer)['errors'][0]).toMatchObject({ field: 'content', ...place })
  })

  it('publishes unproved what cannot be tried because the data source is away', async () => {
    const { id } = await create()
    await query('UPDATE datasources SET port = 1 WHERE id = $1', [catalogue.datasourceId])
    const published = await publish(id)
    await query('UPDATE datasources SET port = $2 WHERE id = $1', [catalogue.datasourceId, new URL(fresh.url).port])
    expect(published).toMatchObject({ proof: { proved: 0, reason: expect.any(String) } })
    expect(await served(id)).toMatchObject({ sql: { proved: false } })
  })

  it('refuses a route that another published API has, and names it', async () => {
    const holder = await create({ path: `taken/{x}`, name: 'the holder' })
    await publish(holder['id'])
    await admin.patch(`apis/${holder['id']}`, { path: 'elsewhere' })
    const other = await create({
      path: 'taken/{y}',
      params: [{ name: 'y', location: 'path' }],
      content: 'SELECT {{ y }}::text AS y',
    })
    const { status, body } = await admin.post(`apis/${other['id']}/publish`, {})
    expect(status).toBe(409)
    expect(JSON.stringify(body)).toContain('the holder')
  })

  it('gives the route to one of two that are published at once', async () => {
    const [a, b] = [await create({ path: 'race/a' }), await create({ path: 'race/b' })]
    await publish(a['id'])
    await publish(b['id'])
    await admin.post(`apis/${a['id']}/unpublish`)
    await admin.post(`apis/${b['id']}/unpublish`)
    await admin.patch(`apis/${a['id']}`, { path: 'race/c' })
    const wanted = bodyOf(await admin.post(`apis/${a['id']}/versions`, {}))
    await admin.patch(`apis/${a['id']}`, { path: 'race/d' })
    await admin.patch(`apis/${b['id']}`, { path: 'race/c' })
    const outcomes = await Promise.all([
      admin.post(`apis/${a['id']}/publish`, { version_id: wanted['id'] }),
      admin.post(`apis/${b['id']}/publish`, {}),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  it('serves one of two changes that are published at once, and never half of each', async () => {
    const { id } = await create()
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map(async (value) => {
        await admin.patch(`apis/${id}`, { content: `SELECT ${value} AS value`, max_rows: value })
        return admin.post(`apis/${id}/publish`, {})
      }),
    )
    const statuses = outcomes.map(({ status }) => status)
    expect(statuses).toContain(200)
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true)
    const [version] = await query(
      'SELECT v.content FROM api_versions v JOIN apis a ON a.published_version_id = v.id WHERE a.id = $1',
      [id],
    )
    expect(JSON.stringify((await served(id))?.sql)).toContain(String(version?.['content']))
  })
})

describe('unpublishing and removing', () => {
  it('takes the API off the gateways; a published one cannot be removed', async () => {
    const { id } = await create()
    await publish(id)
    expect((await admin.delete(`apis/${id}`)).status).toBe(409)
    await admin.post(`apis/${id}/unpublish`)
    expect(await served(id)).toBeUndefined()
    expect((await admin.delete(`apis/${id}`)).status).toBe(204)
    expect((await admin.get(`apis/${id}`)).status).toBe(404)
  })

  it('asks before more than half of ten published APIs vanish at once', async () => {
    const other = await makeCatalogue(admin)
    const count = Number(
      (await query('SELECT count(*)::int AS n FROM apis WHERE published_version_id IS NOT NULL'))[0]?.['n'],
    )
    for (let at = 0; at <= count + 10; at++) await publish(bodyOf(await admin.post('apis', apiOf(other)))['id'])
    const switchOff = admin.process.ports.database.transaction(async (tx) => {
      await tx.query('UPDATE modules SET is_active = false WHERE id = $1', [other.moduleId])
      await admin.process.ports.changes.touch(tx, [`module:${other.moduleId}`])
    })
    await expect(switchOff).rejects.toMatchObject({ code: 'SHRINK_UNCONFIRMED' })
  })
})

describe('permissions', () => {
  it('let Dev publish and Viewer only read', async () => {
    const [dev, viewer] = [await admin.as('Dev'), await admin.as('Viewer')]
    const made = bodyOf(await dev.post('apis', apiOf(catalogue)))
    expect((await dev.post(`apis/${made['id']}/publish`, {})).status).toBe(200)
    expect((await dev.delete(`apis/${made['id']}`)).status).toBe(403)
    expect((await viewer.get(`apis/${made['id']}`)).status).toBe(200)
    for (const action of ['publish', 'unpublish', 'rollback', 'debug', 'versions']) {
      expect((await viewer.post(`apis/${made['id']}/${action}`, {})).status, action).toBe(403)
    }
    const validate = { datasource_id: catalogue.datasourceId, content: 'SELECT 1' }
    expect((await viewer.post('apis/validate', validate)).status).toBe(403)
  })

  it('are asked for on the data source, too', async () => {
    await query(`INSERT INTO roles (id, name) VALUES (gen_random_uuid(), 'nobody') ON CONFLICT DO NOTHING`)
    await query(
      `INSERT INTO role_permissions (role_id, resource_type, action) SELECT id, 'api', a FROM roles, unnest('{create,read}'::text[]) a WHERE name = 'nobody'`,
    )
    const { status, body } = await (await admin.as('nobody')).post('apis', apiOf(catalogue))
    expect(status).toBe(403)
    expect(JSON.stringify(body)).toContain('datasource:execute')
  })
})

it('writes an audit record of every change', async () => {
  const { id } = await create()
  await admin.patch(`apis/${id}`, { name: 'renamed' })
  await publish(id)
  await admin.post(`apis/${id}/unpublish`)
  await admin.delete(`apis/${id}`)
  const records = await query('SELECT action, username FROM audit_log WHERE resource_id = $1 ORDER BY id', [id])
  expect(records.map(({ action }) => action)).toEqual([
    'api.create',
    'api.update',
    'api.publish',
    'api.unpublish',
    'api.delete',
  ])
})
