import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAdmin, type AdminUnderTest } from '../testing/admin-under-test.js'

let database: FreshDatabase
let target: FreshDatabase
let admin: AdminUnderTest
let address: { host: string; port: number; database: string; username: string; password: string }
beforeAll(async () => {
  ;[database, target] = await Promise.all([freshDatabase(), freshDatabase()])
  admin = await startAdmin(database.url)
  const url = new URL(target.url)
  address = {
    host: url.hostname,
    port: Number(url.port),
    database: url.pathname.slice(1),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
})
afterAll(async () => {
  await admin.close()
  await Promise.all([database.drop(), target.drop()])
})

const ABSENT = '00000000-0000-4000-8000-000000000000'
let names = 0
const made = async (fields: object = {}): Promise<{ id: string; name: string }> => {
  names += 1
  const { body, status } = await admin.post('datasources', {
    name: `source ${names}`,
    product_type: 'postgres',
    ...address,
    ...fields,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body as { id: string; name: string }
}
const rows = (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  admin.process.ports.database.read((tx) => tx.query(sql, values))

describe('POST datasources', () => {
  it('201: keeps the password encrypted for its row, returns it nowhere, and audits a fingerprint', async () => {
    const password = 'a password nobody may see'
    const { id } = await made({ password })
    const everything = JSON.stringify([
      await admin.get(`datasources/${id}`),
      await admin.get('datasources'),
      await admin.get('audit-log?page_size=500'),
      await rows('SELECT * FROM datasources'),
      await rows('SELECT * FROM snapshot_bodies'),
      admin.logged,
    ])
    expect(everything).not.toContain(password)
    const [row] = await rows('SELECT password_sealed, password_key_id FROM datasources WHERE id = $1', [id])
    expect(row?.['password_sealed']).toMatch(/^v1\./)
    expect(row?.['password_key_id']).toBe(admin.process.ports.keyring.newestKeyId)
    const audit = await admin.get(`audit-log?resource_id=${id}`)
    expect(audit.body).toMatchObject({
      total: 1,
      data: [
        {
          username: 'root',
          action: 'datasource.create',
          before: null,
          after: { password: expect.stringMatching(/^fingerprint:/) },
        },
      ],
    })
  })

  it('409: a name that is taken, in any case, by name', async () => {
    const { name } = await made()
    const answer = await admin.post('datasources', { name: name.toUpperCase(), product_type: 'postgres', ...address })
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', message: `A data source with the name "${name}" exists already` },
    })
  })

  it('422: names each faulty and each unknown field', async () => {
    const { status, body } = await admin.post('datasources', {
      name: ' ',
      product_type: 'oracle',
      port: 0,
      ssl: { mode: 'maybe' },
      colour: 1,
    })
    expect(status).toBe(422)
    const fields = (body as { errors: { field: string }[] }).errors.map(({ field }) => field)
    expect(fields.sort()).toEqual(['colour', 'database', 'name', 'port', 'product_type', 'ssl.mode'])
  })

  it('422: a server without host and user; files need neither', async () => {
    const server = await admin.post('datasources', { name: 'no host', product_type: 'mysql', database: 'x' })
    expect(server).toMatchObject({
      status: 422,
      body: { errors: ['host', 'username'].map((field) => ({ field, message: 'is required' })) },
    })
    expect(await admin.post('datasources/test', { product_type: 'postgres', database: 'x' })).toMatchObject({
      status: 422,
    })
    const files = await admin.post('datasources', { name: 'only files', product_type: 'duckdb', database: '.' })
    expect(files, JSON.stringify(files.body)).toMatchObject({
      status: 201,
      body: { host: '', username: '', database: '.' },
    })
    const { id } = files.body as { id: string }
    expect((await admin.patch(`datasources/${id}`, { is_active: false })).status).toBe(200)
    expect((await admin.delete(`datasources/${id}`)).status).toBe(204)
  })

  it('403: Dev; 401: nobody signed in', async () => {
    const body = { name: 'x', product_type: 'postgres', ...address }
    expect((await (await admin.as('Dev')).post('datasources', body)).status).toBe(403)
    expect((await admin.with(undefined).post('datasources', body)).status).toBe(401)
  })
})

describe('GET datasources', () => {
  it('200: filters, sorts and pages; the total counts all pages', async () => {
    for (const name of ['zeta_1', 'zeta%2', 'zeta 3']) await made({ name })
    const list = async (query: string) => {
      const { body } = await admin.get(`datasources?${query}`)
      const { data, total } = body as { data: { name: string }[]; total: number }
      return { names: data.map(({ name }) => name), total }
    }
    expect(await list('name=zeta&sort=-name&page_size=2')).toEqual({ names: ['zeta_1', 'zeta%2'], total: 3 })
    expect(await list('name=zeta&sort=-name&page_size=2&page=2')).toEqual({ names: ['zeta 3'], total: 3 })
    expect(await list(`name=${encodeURIComponent('a%2')}`)).toEqual({ names: ['zeta%2'], total: 1 })
    expect(await list('name=zeta&is_active=false')).toEqual({ names: [], total: 0 })
  })

  it('422: an order that is not on the list, a page that is none, a filter that is not known', async () => {
    for (const query of [
      'sort=password_sealed',
      'sort=name;drop',
      'page=0',
      'page_size=501',
      'is_active=maybe',
      'secret=1',
      'name=a&name=b',
    ]) {
      expect((await admin.get(`datasources?${query}`)).status, query).toBe(422)
    }
  })

  it('200: shows only the objects for which a role has a permission of their own; the others are 404', async () => {
    const [seen, unseen] = [await made(), await made()]
    await rows(
      `WITH role AS (INSERT INTO roles (name) VALUES ('one source') RETURNING id),
        granted AS (INSERT INTO role_permissions (role_id, resource_type, action, resource_id) SELECT id, 'datasource', 'read', $1 FROM role)
       SELECT id FROM role`,
      [seen.id],
    )
    const narrow = await admin.as('nobody')
    await admin.process.ports.database.transaction((tx) =>
      tx.query(
        `INSERT INTO user_roles SELECT u.id, r.id FROM users u, roles r WHERE u.username = 'nobody' AND r.name = 'one source'`,
      ),
    )
    expect((await narrow.get('datasources')).body).toMatchObject({ total: 1, data: [{ id: seen.id }] })
    expect((await narrow.get(`datasources/${seen.id}`)).status).toBe(200)
    expect((await narrow.patch(`datasources/${seen.id}`, { name: 'mine' })).status).toBe(403)
    const [hidden, absent] = [await narrow.get(`datasources/${unseen.id}`), await narrow.get(`datasources/${ABSENT}`)]
    expect(hidden.status).toBe(404)
    expect({ ...(hidden.body as object), request_id: '' }).toEqual({ ...(absent.body as object), request_id: '' })
    expect((await narrow.get('modules')).status).toBe(403)
  })
})

describe('PATCH datasources/{id}', () => {
  it('200: changes what is named, keeps the password that is left out, and tells the gateways', async () => {
    const { id } = await made()
    const before = await rows('SELECT password_sealed FROM datasources WHERE id = $1', [id])
    const [{ revision } = { revision: 0 }] = await rows('SELECT revision FROM snapshot_head')
    const { status, body } = await admin.patch(`datasources/${id}`, {
      description: 'changed',
      options: { pool_size: 3 },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ description: 'changed', options: { pool_size: 3 }, has_password: true })
    expect(await rows('SELECT password_sealed FROM datasources WHERE id = $1', [id])).toEqual(before)
    const [after] = await rows('SELECT revision FROM snapshot_head')
    expect(Number(after?.['revision'])).toBe(Number(revision) + 1)
  })

  it('422: another host without the password again, so that a stored one cannot be sent elsewhere', async () => {
    const { id } = await made({ ssl: { mode: 'verify-full' } })
    for (const change of [{ host: 'evil.example.com' }, { port: 1 }, { ssl: { mode: 'require' } }]) {
      expect(await admin.patch(`datasources/${id}`, change)).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'password' }] },
      })
    }
    expect((await admin.patch(`datasources/${id}`, { host: 'db.example.com', password: 'again' })).status).toBe(200)
  })

  it('200: null takes the password away', async () => {
    const { id } = await made()
    expect((await admin.patch(`datasources/${id}`, { password: null })).body).toMatchObject({ has_password: false })
  })

  it('404 unknown, 422 malformed, 409 taken name, 422 another product', async () => {
    const [{ id }, { name }] = [await made(), await made()]
    expect((await admin.patch(`datasources/${ABSENT}`, { name: 'x' })).status).toBe(404)
    expect((await admin.patch('datasources/not-a-uuid', { name: 'x' })).status).toBe(422)
    expect((await admin.patch(`datasources/${id}`, { name })).status).toBe(409)
    expect((await admin.patch(`datasources/${id}`, { product_type: 'postgres' })).status).toBe(422)
  })
})

describe('DELETE datasources/{id}', () => {
  it('204: removes it; then it is 404', async () => {
    const { id } = await made()
    expect((await admin.delete(`datasources/${id}`)).status).toBe(204)
    expect((await admin.get(`datasources/${id}`)).status).toBe(404)
    expect((await admin.delete(`datasources/${id}`)).status).toBe(404)
  })

  it('409: while an API uses it, with its name', async () => {
    const { id, name } = await made()
    await rows(
      `WITH module AS (INSERT INTO modules (name) VALUES ('m') RETURNING id)
       INSERT INTO apis (module_id, datasource_id, name, http_method, path) SELECT id, $1, 'n', 'GET', 'orders/{id}' FROM module RETURNING id`,
      [id],
    )
    expect(await admin.delete(`datasources/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'IN_USE', message: `Data source "${name}" is still used by API GET /orders/{id}` },
    })
  })
})

describe('POST datasources/test and datasources/{id}/test', () => {
  it('200: tells version and latency of a data source that answers', async () => {
    const expected = { success: true, latency_ms: expect.any(Number), server_version: expect.stringMatching(/^\d+/) }
    expect(await admin.post('datasources/test', { product_type: 'postgres', ...address })).toMatchObject({
      status: 200,
      body: expected,
    })
    const { id } = await made()
    expect(await (await admin.as('Dev')).post(`datasources/${id}/test`)).toMatchObject({ status: 200, body: expected })
  })

  it('200: success false, with what the server said, for one that refuses', async () => {
    const answer = await admin.post('datasources/test', {
      product_type: 'postgres',
      ...address,
      database: 'no_such_database',
    })
    expect(answer).toMatchObject({ status: 200, body: { success: false, server_version: null } })
    expect((answer.body as { message: string }).message).toMatch(/no_such_database/)
    expect(await admin.post('datasources/test', { product_type: 'postgres', ...address, port: 1 })).toMatchObject({
      body: { success: false },
    })
  })

  it('404: an id that is not known; 403: Dev with settings of their own', async () => {
    expect((await admin.post(`datasources/${ABSENT}/test`)).status).toBe(404)
    expect(
      (await (await admin.as('Dev')).post('datasources/test', { product_type: 'postgres', ...address })).status,
    ).toBe(403)
  })
})

describe('GET datasources/{id}/schema', () => {
  it('200: tables with their columns; 502 when the data source refuses', async () => {
    const { id } = await made()
    const client = new pg.Client(target.url)
    await client.connect()
    await client.query('CREATE TABLE flights (id int NOT NULL, origin text)')
    await client.end()
    expect((await admin.get(`datasources/${id}/schema`)).body).toMatchObject({
      truncated: false,
      tables: [
        {
          name: 'flights',
          kind: 'table',
          columns: [
            { name: 'id', nullable: false },
            { name: 'origin', nullable: true },
          ],
        },
      ],
    })
    const broken = await made({ database: 'no_such_database' })
    expect((await admin.get(`datasources/${broken.id}/schema`)).status).toBe(502)
  })
})
