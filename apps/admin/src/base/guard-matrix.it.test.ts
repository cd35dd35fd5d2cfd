import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ALL_AREAS } from '../areas.js'
import { startAdmin, type AdminUnderTest, type Requester } from '../testing/admin-under-test.js'
import type { EndpointSpec } from './endpoint.js'
import { endpointsOf } from './route-table.js'

const ENDPOINTS = endpointsOf(ALL_AREAS.flatMap(({ controllers }) => controllers))
const ABSENT = '00000000-0000-4000-8000-000000000000'

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

/** With ids that do not exist and no body, so that whoever passes the guard does no harm. */
async function statusFor(requester: Requester, { method, path }: EndpointSpec): Promise<number> {
  const url = path.replace(/\{\w+\}/g, ABSENT)
  const send = {
    GET: () => requester.get(url),
    POST: () => requester.post(url, { not_a_field: true }),
    PUT: () => requester.put(url, { not_a_field: true }),
    PATCH: () => requester.patch(url, { not_a_field: true }),
    DELETE: () => requester.delete(url),
  }
  return (await send[method]()).status
}

const REFUSED = [401, 403]
const guarded = ENDPOINTS.filter(({ access }) => typeof access === 'object')

describe('the guard, over every route of the table', () => {
  it('knows all routes', () => {
    expect(ENDPOINTS.length).toBeGreaterThan(50)
    expect(ENDPOINTS.filter(({ access }) => access === 'public').map(({ path }) => path)).toEqual([
      'auth/login',
      'auth/refresh',
    ])
  })

  it.each(
    ENDPOINTS.filter(({ access }) => access !== 'public').map((spec) => [`${spec.method} ${spec.path}`, spec] as const),
  )('401 without a token and with a token of somebody else’s: %s', async (_name, spec) => {
    expect(await statusFor(admin.with(undefined), spec)).toBe(401)
    expect(await statusFor(admin.with('eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'), spec)).toBe(401)
  })

  it.each(guarded.map((spec) => [`${spec.method} ${spec.path}`, spec] as const))(
    'nobody may use %s without a role; a superuser and an Admin may',
    async (_name, spec) => {
      const nobody = await statusFor(await admin.as('nobody'), spec)
      // An object that one may not even read is not there.
      const objectRoute = typeof spec.access === 'object' && typeof spec.access.resource === 'object'
      expect(nobody).toBe(objectRoute ? 404 : 403)
      expect(REFUSED).not.toContain(await statusFor(admin, spec))
      expect(REFUSED).not.toContain(await statusFor(await admin.as('Admin'), spec))
    },
  )

  it.each(guarded.map((spec) => [`${spec.method} ${spec.path}`, spec] as const))(
    'Viewer passes %s exactly when it asks for reading',
    async (_name, spec) => {
      const reads = typeof spec.access === 'object' && spec.access.permission.endsWith(':read')
      expect(REFUSED.includes(await statusFor(await admin.as('Viewer'), spec))).toBe(!reads)
    },
  )

  it.each(
    ENDPOINTS.filter(({ access }) => access === 'superuser').map(
      (spec) => [`${spec.method} ${spec.path}`, spec] as const,
    ),
  )('no role opens %s', async (_name, spec) => {
    expect(await statusFor(await admin.as('Admin'), spec)).toBe(403)
    expect(REFUSED).not.toContain(await statusFor(admin, spec))
  })

  it.each(
    guarded
      .filter(
        (spec) =>
          typeof spec.access === 'object' &&
          /:delete$|^client:|^datasource:(create|update)$|^user:|^role:/.test(spec.access.permission),
      )
      .map((spec) => [`${spec.method} ${spec.path}`, spec] as const),
  )('Dev is kept from %s', async (_name, spec) => {
    expect([403, 404]).toContain(await statusFor(await admin.as('Dev'), spec))
  })
})
