import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAdmin, type AdminUnderTest } from '../testing/admin-under-test.js'

let database: FreshDatabase
let admin: AdminUnderTest
let apis: string[]
beforeAll(async () => {
  database = await freshDatabase()
  admin = await startAdmin(database.url)
  const rows: { id: string }[] = await admin.process.ports.database.read((tx) =>
    tx.query(
      `WITH module AS (INSERT INTO modules (name) VALUES ('m') RETURNING id)
       INSERT INTO apis (module_id, name, http_method, path) SELECT id, 'n' || n, 'GET', 'a' || n FROM module, generate_series(1, 3) AS n RETURNING id`,
    ),
  )
  apis = rows.map(({ id }) => id)
})
afterAll(async () => {
  await admin.close()
  await database.drop()
})

const ABSENT = '00000000-0000-4000-8000-000000000000'
let names = 0
interface Made {
  id: string
  client_id: string
  client_secret: string
}
const made = async (fields: object = {}): Promise<Made> => {
  names += 1
  const { status, body } = await admin.post('clients', { name: `client ${names}`, ...fields })
  expect(status, JSON.stringify(body)).toBe(201)
  return body as Made
}
const group = async (fields: object = {}): Promise<string> => {
  names += 1
  const { body } = await admin.post('groups', { name: `group ${names}`, ...fields })
  return (body as { id: string }).id
}
const entry = async (key: string): Promise<Record<string, unknown> | undefined> => {
  const rows: { body: string }[] = await admin.process.ports.database.read((tx) =>
    tx.query('SELECT b.body FROM snapshot_entries e JOIN snapshot_bodies b ON b.hash = e.hash WHERE e.key = $1', [key]),
  )
  return rows[0] === undefined ? undefined : (JSON.parse(rows[0].body) as Record<string, unknown>)
}

describe('clients', () => {
  it('201: shows the secret once, keeps only its hash, and tells the gateways', async () => {
    const client = await made({ api_ids: [apis[0]] })
    expect(client.client_secret).toMatch(/^psk_/)
    const everything = JSON.stringify([
      await admin.get(`clients/${client.id}`),
      await admin.get('clients'),
      await admin.get('audit-log'),
      await admin.process.ports.database.read((tx) => tx.query('SELECT * FROM clients')),
      await entry(`client:${client.id}`),
    ])
    expect(everything).not.toContain(client.client_secret)
    expect(await entry(`client:${client.id}`)).toMatchObject({
      client_id: client.client_id,
      is_active: true,
      api_ids: [apis[0]],
    })
  })

  it('200: says from which addresses it may call, and tells the gateways', async () => {
    const client = await made({ ip_allow: ['10.0.0.0/8'] })
    expect(client).toMatchObject({ ip_allow: ['10.0.0.0/8'], ip_deny: [] })
    await admin.patch(`clients/${client.id}`, { ip_deny: ['10.66.0.0/16', '2001:db8::/32'] })
    expect(await entry(`client:${client.id}`)).toMatchObject({
      ip_allow: ['10.0.0.0/8'],
      ip_deny: ['10.66.0.0/16', '2001:db8::/32'],
    })
    expect(await admin.patch(`clients/${client.id}`, { ip_allow: ['10.0.0/8'] })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'ip_allow[0]' }] },
    })
  })

  it('409: a client_id or a name that is taken', async () => {
    await made({ client_id: 'erp', name: 'ERP' })
    expect(await admin.post('clients', { name: 'other', client_id: 'erp' })).toMatchObject({
      status: 409,
      body: { message: 'A client with the client_id "erp" exists already' },
    })
    expect((await admin.post('clients', { name: 'erp' })).status).toBe(409)
  })

  it('422: a short secret, links to what is not there, each by its field', async () => {
    expect((await admin.post('clients', { name: 'x', client_secret: 'short' })).status).toBe(422)
    expect(await admin.post('clients', { name: 'x', group_ids: [ABSENT] })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'group_ids' }] },
    })
    expect(await admin.post('clients', { name: 'x', api_ids: [ABSENT] })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'api_ids' }] },
    })
  })

  it('200: a rotated secret and a deactivation end the tokens given out so far', async () => {
    const client = await made()
    const hashOf = async () => (await entry(`client:${client.id}`))?.['secret_hashes']
    const before = await hashOf()
    const { body } = await admin.post(`clients/${client.id}/rotate-secret`)
    expect(body).toMatchObject({ client_id: client.client_id, client_secret: expect.stringMatching(/^psk_/) })
    expect((body as Made).client_secret).not.toBe(client.client_secret)
    expect(await hashOf()).not.toEqual(before)
    const nowSeconds = Math.floor(Date.now() / 1000)
    expect(Number((await entry(`client:${client.id}`))?.['tokens_valid_from'])).toBeGreaterThanOrEqual(nowSeconds)
    const other = await made()
    await admin.patch(`clients/${other.id}`, { is_active: false })
    await admin.patch(`clients/${other.id}`, { is_active: true })
    expect(Number((await entry(`client:${other.id}`))?.['tokens_valid_from'])).toBeGreaterThanOrEqual(nowSeconds)
  })

  it('200: effective APIs are those linked directly or through an active group', async () => {
    const [active, inactive] = [await group(), await group({ is_active: false })]
    await admin.put(`groups/${active}/apis`, { api_ids: [apis[1]] })
    await admin.put(`groups/${inactive}/apis`, { api_ids: [apis[2]] })
    const client = await made({ api_ids: [apis[0]], group_ids: [active, inactive] })
    const { body } = await admin.get(`clients/${client.id}/effective-apis`)
    expect((body as { data: object[] }).data).toMatchObject([
      { id: apis[0], direct: true, groups: [], is_published: false },
      { id: apis[1], direct: false, groups: [expect.stringMatching(/^group/)] },
    ])
  })

  it('200: PATCH replaces the link lists that it names and keeps the others', async () => {
    const shared = await group()
    const client = await made({ api_ids: [apis[0]], group_ids: [shared] })
    expect((await admin.patch(`clients/${client.id}`, { api_ids: [apis[1], apis[2]] })).body).toMatchObject({
      api_ids: [apis[1], apis[2]].sort(),
      group_ids: [shared],
    })
  })

  it('204, 404, 403: removes; what is not there; Dev sees no clients at all', async () => {
    const client = await made()
    const dev = await admin.as('Dev')
    expect((await dev.get('clients')).status).toBe(403)
    expect((await dev.get(`clients/${client.id}`)).status).toBe(404)
    expect((await admin.delete(`clients/${client.id}?confirm_shrink=true`)).status).toBe(204)
    expect(await entry(`client:${client.id}`)).toBeUndefined()
    expect((await admin.post(`clients/${client.id}/rotate-secret`)).status).toBe(404)
  })
})

describe('groups', () => {
  it('200: PUT makes the members exactly these, and the clients that come or go follow', async () => {
    const id = await group()
    const [one, two] = [await made(), await made()]
    expect((await admin.put(`groups/${id}/clients`, { client_ids: [one.id] })).status).toBe(200)
    expect(await entry(`client:${one.id}`)).toMatchObject({ group_ids: [id] })
    expect((await admin.put(`groups/${id}/clients`, { client_ids: [two.id] })).body).toMatchObject({
      client_ids: [two.id],
    })
    expect(await entry(`client:${one.id}`)).toMatchObject({ group_ids: [] })
    expect(await entry(`client:${two.id}`)).toMatchObject({ group_ids: [id] })
  })

  it('204: removing one takes what only it granted', async () => {
    const id = await group()
    const client = await made({ group_ids: [id] })
    expect((await admin.delete(`groups/${id}`)).status).toBe(204)
    expect(await entry(`client:${client.id}`)).toMatchObject({ group_ids: [] })
    expect(await entry(`group:${id}`)).toBeUndefined()
  })

  it('403, 404, 422, 409: not allowed, not there, not valid, taken', async () => {
    const id = await group({ name: 'Taken' })
    const client = await made()
    expect((await (await admin.as('Dev')).put(`groups/${id}/clients`, { client_ids: [client.id] })).status).toBe(403)
    expect((await admin.put(`groups/${ABSENT}/apis`, { api_ids: [] })).status).toBe(404)
    expect((await admin.put(`groups/${id}/apis`, { api_ids: [ABSENT] })).status).toBe(422)
    expect((await admin.post('groups', { name: 'taken' })).status).toBe(409)
    expect((await admin.patch(`groups/${id}`, { is_active: false })).body).toMatchObject({ is_active: false })
  })
})
