// Shown true when, 3: the data plane does not need the control plane to go on.
import { waitUntil } from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { flights, publishedApi, type Flights } from './harness/flights.js'
import { call } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

let system: System
let place: Flights
const answers = async (url: string): Promise<boolean> =>
  (await call('GET', `${url}/api/flights`)).body.data?.length === 3

beforeAll(async () => {
  system = await startSystem({ gateways: 2 })
  const admin = await system.signIn()
  place = await flights(admin)
  await publishedApi(admin, place, { name: 'all flights', path: 'flights', content: 'SELECT id FROM flights' })
  for (const { url } of system.gateways) await waitUntil(() => answers(url), { withinMs: 3000 })
})
afterAll(async () => {
  await system.stop()
  await place.drop()
})

it('answers on while admin is dead and its database unreachable', async () => {
  await system.killAdmin()
  system.configDatabase.cut()
  for (const { url } of system.gateways) expect(await answers(url)).toBe(true)
})

it('starts a gateway from its last good file while nobody can be asked', async () => {
  const [gateway] = system.gateways
  await gateway?.kill()
  await gateway?.start()
  expect(await answers(gateway?.url ?? '')).toBe(true)
})

it('follows again once the control plane is back', async () => {
  system.configDatabase.heal()
  await system.startAdmin()
  const admin = await system.signIn()
  await publishedApi(admin, place, {
    name: 'one flight',
    path: 'first-flight',
    content: 'SELECT id FROM flights WHERE id = 1',
  })
  for (const { url } of system.gateways) {
    await waitUntil(async () => (await call('GET', `${url}/api/first-flight`)).status === 200, { withinMs: 10_000 })
  }
})
