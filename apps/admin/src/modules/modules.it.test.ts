import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAdmin, type AdminUnderTest } from '../testing/admin-under-test.js'

let database: FreshDatabase
let admin: AdminUnderTest
beforeAll(async () => {
  database = await freshDatabase()
  admin = await startAdmin(database.url)
})
afterAll(async () => {
  await admin.close()
  await database.drop()
})

const ABSENT = '00000000-0000-4000-8000-000000000000'
const idOf = ({ body }: { body: unknown }) => (body as { id: string }).id

describe('modules', () => {
  it('201, 200, 200, 204, 404: are made, read, changed and removed, each with its audit record', async () => {
    const made = await admin.post('modules', { name: ' Sales ' })
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Sales', description: '', sort_order: 0, is_active: true },
    })
    const id = idOf(made)
    expect(await admin.get(`modules/${id}`)).toEqual({ ...made, status: 200, headers: expect.anything() })
    expect(await admin.patch(`modules/${id}`, { is_active: false, sort_order: 5 })).toMatchObject({
      status: 200,
      body: { name: 'Sales', is_active: false, sort_order: 5 },
    })
    expect((await admin.get('modules?is_active=false&sort=-name')).body).toMatchObject({ total: 1, data: [{ id }] })
    expect((await admin.delete(`modules/${id}`)).status).toBe(204)
    expect((await admin.get(`modules/${id}`)).status).toBe(404)
    const { body } = await admin.get(`audit-log?resource_id=${id}&sort=at`)
    expect(body).toMatchObject({
      total: 3,
      data: [
        { action: 'module.create', before: null, after: { name: 'Sales' } },
        { action: 'module.update', before: { is_active: true }, after: { is_active: false } },
        { action: 'module.delete', before: { is_active: false }, after: null },
      ],
    })
  })

  it('409: a taken name; a module that holds an API or a macro, by their names', async () => {
    const id = idOf(await admin.post('modules', { name: 'Full' }))
    expect((await admin.post('modules', { name: 'FULL' })).status).toBe(409)
    await admin.process.ports.database.transaction(async (tx) => {
      await tx.query(`INSERT INTO apis (module_id, name, http_method, path) VALUES ($1, 'n', 'POST', 'orders')`, [id])
      await tx.query(`INSERT INTO macros (module_id, name) VALUES ($1, 'm')`, [id])
    })
    expect(await admin.delete(`modules/${id}`)).toMatchObject({
      status: 409,
      body: { message: 'Module "Full" is still used by API POST /orders, macro m' },
    })
  })

  it('404, 422, 403: what is not there, what is not valid, what is not allowed', async () => {
    expect((await admin.patch(`modules/${ABSENT}`, { name: 'x' })).status).toBe(404)
    expect((await admin.delete(`modules/${ABSENT}`)).status).toBe(404)
    expect((await admin.post('modules', { name: '', colour: 'red' })).status).toBe(422)
    expect((await (await admin.as('Viewer')).post('modules', { name: 'x' })).status).toBe(403)
    expect((await (await admin.as('Dev')).delete(`modules/${ABSENT}`)).status).toBe(403)
  })

  it('leaves neither a change nor an audit record when a transaction fails', async () => {
    const { body: before } = await admin.get('audit-log')
    await admin.post('modules', { name: 'Once' })
    await admin.post('modules', { name: 'Once' })
    const { body: after } = await admin.get('audit-log')
    expect((after as { total: number }).total).toBe((before as { total: number }).total + 1)
  })
})
