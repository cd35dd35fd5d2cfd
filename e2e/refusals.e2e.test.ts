// Shown true when, 4: values stay values, and what is wrong is said where it is wrong.
import { waitUntil } from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { createApi, flights, publishedApi, type Flights } from './harness/flights.js'
import { call } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

let system: System
let admin: AdminClient
let place: Flights
beforeAll(async () => {
  system = await startSystem()
  admin = await system.signIn()
  place = await flights(admin)
})
afterAll(async () => {
  await system.stop()
  await place.drop()
})

it.each([
  "x' UNION SELECT version() --",
  "'; DROP TABLE flights; --",
  '1 OR 1=1',
  '$$; SELECT 1; $$',
  "\\'; --",
  '/* */ "x"',
])('gives the payload %s back as the data that it is', async (payload) => {
  const path = 'echo'
  const url = `${system.gateways[0]?.url}/api/${path}?word=${encodeURIComponent(payload)}`
  if ((await call('GET', url)).status === 404) {
    await publishedApi(admin, place, {
      name: 'echo',
      path,
      content: 'SELECT {{ word }} AS word, (SELECT count(*) FROM flights WHERE origin = {{ word }}) AS found',
      params: [{ name: 'word', location: 'query', data_type: 'string', required: true }],
    })
    await waitUntil(async () => (await call('GET', url)).status !== 404, { withinMs: 3000 })
  }
  expect((await call('GET', url)).body.data).toEqual([{ word: payload, found: 0 }])
})

it('refuses to publish a placeholder inside quotes and names its line and column', async () => {
  const id = await createApi(admin, place, {
    name: 'quoted',
    path: 'quoted',
    content: "SELECT *\nFROM flights WHERE origin = '{{ origin }}'",
    params: [{ name: 'origin', location: 'query', data_type: 'string' }],
  })
  const { status, body } = await admin.post(`apis/${id}/publish`, {})
  expect(status).toBe(422)
  expect(JSON.stringify(body)).toMatch(/line.{0,4}2/)
  expect(JSON.stringify(body)).toMatch(/column.{0,4}30/)
})

it('refuses to publish a template whose parameter nobody defined, and names it', async () => {
  const id = await createApi(admin, place, { name: 'undefined', path: 'undefined', content: 'SELECT {{ nowhere }}' })
  const { status, body } = await admin.post(`apis/${id}/publish`, {})
  expect(status).toBe(422)
  expect(JSON.stringify(body)).toContain('nowhere')
})

it('refuses to publish SQL that the database does not know', async () => {
  const id = await createApi(admin, place, {
    name: 'no table',
    path: 'no-table',
    content: 'SELECT * FROM no_such_table',
  })
  const { status, body } = await admin.post(`apis/${id}/publish`, {})
  expect(status).toBe(422)
  expect(JSON.stringify(body)).toContain('no_such_table')
})

it('answers 409 to a second API on the same method and path, whatever its parameters are called', async () => {
  await createApi(admin, place, { name: 'one', path: 'flights/{id}', content: 'SELECT 1' })
  const { status } = await admin.post('apis', {
    module_id: place.moduleId,
    datasource_id: place.datasourceId,
    http_method: 'GET',
    execute_engine: 'SQL',
    access_type: 'public',
    params: [],
    name: 'other',
    path: 'flights/{number}',
    content: 'SELECT 1',
  })
  expect(status).toBe(409)
})
