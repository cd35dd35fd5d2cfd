// Shown true when, 2: from login to a published API on two gateways, and every change of it.
import { waitUntil } from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { flights, publishedApi, type Flights } from './harness/flights.js'
import { call } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

let system: System
let admin: AdminClient
let place: Flights
let apiId: string

const BY_ORIGIN = { name: 'origin', location: 'query', data_type: 'string', required: true }
const everywhere = async (holds: (gatewayUrl: string) => Promise<boolean>, what: string): Promise<void> => {
  // A second is what is promised without Redis.
  await Promise.all(
    system.gateways.map(({ url }) => waitUntil(() => holds(url), { withinMs: 1500, what: `${what} on ${url}` })),
  )
}
const fromSeattle = (gatewayUrl: string, token?: string) =>
  call('GET', `${gatewayUrl}/api/flights?origin=SEA`, token === undefined ? {} : { token })

beforeAll(async () => {
  system = await startSystem({ gateways: 2 })
  admin = await system.signIn()
  place = await flights(admin)
})
afterAll(async () => {
  await system.stop()
  await place.drop()
})

it('tests a saved data source against the real server', async () => {
  const { status, body } = await admin.post(`datasources/${place.datasourceId}/test`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ success: true, server_version: expect.stringContaining('18') })
})

it('publishes an API that answers real rows on every gateway', async () => {
  apiId = await publishedApi(admin, place, {
    name: 'flights by origin',
    path: 'flights',
    content: 'SELECT id, destination FROM flights WHERE origin = {{ origin }} ORDER BY id',
    params: [BY_ORIGIN],
  })
  await everywhere(async (url) => (await fromSeattle(url)).status === 200, 'the API')
  for (const { url } of system.gateways) {
    expect((await fromSeattle(url)).body).toEqual({
      success: true,
      message: null,
      data: [
        { id: 1, destination: 'JFK' },
        { id: 2, destination: 'LAX' },
      ],
    })
  }
})

it('shows both replicas with the revision that they hold', async () => {
  await waitUntil(
    async () => {
      const { body } = await admin.get('gateways')
      return body.data.length === 2
    },
    { withinMs: 15_000, what: 'two replicas being listed' },
  )
})

it('turns callers of a denied address away within a second, and lets them in again', async () => {
  await admin.patch(`apis/${apiId}`, { ip_deny: ['127.0.0.0/8', '::1'] })
  await everywhere(async (url) => (await fromSeattle(url)).body.code === 'ADDRESS_DENIED', 'the refusal')
  await admin.patch(`apis/${apiId}`, { ip_deny: [] })
  await everywhere(async (url) => (await fromSeattle(url)).status === 200, 'the answer')
})

it('turns callers without a token away within a second after the API became private', async () => {
  await admin.patch(`apis/${apiId}`, { access_type: 'private' })
  await everywhere(async (url) => (await fromSeattle(url)).status === 401, 'a refusal')
})

it('answers a client that was granted the API, and no other', async () => {
  const granted = await admin.create('clients', { name: 'granted', api_ids: [apiId] })
  const stranger = await admin.create('clients', { name: 'stranger' })
  const [gateway] = system.gateways
  const tokenOf = async (client: { client_id: string; client_secret: string }): Promise<string> => {
    const json = { client_id: client.client_id, client_secret: client.client_secret }
    let token = ''
    await waitUntil(
      async () => {
        const { status, body } = await call('POST', `${gateway?.url}/api/token/generate`, { json })
        token = body.access_token
        return status === 200
      },
      { withinMs: 3000, what: `a token for ${client.client_id}` },
    )
    return token
  }
  const [grantedToken, strangerToken] = [await tokenOf(granted), await tokenOf(stranger)]
  await everywhere(async (url) => (await fromSeattle(url, grantedToken)).status === 200, 'the grant')
  await everywhere(async (url) => (await fromSeattle(url, strangerToken)).status === 403, 'the refusal of a stranger')
})

it('serves a new version after its publish and the old one after a rollback', async () => {
  await admin.patch(`apis/${apiId}`, { access_type: 'public' })
  const first = (await admin.get(`apis/${apiId}/versions`)).body.data[0]
  await admin.patch(`apis/${apiId}`, { content: 'SELECT count(*) AS flights FROM flights WHERE origin = {{ origin }}' })
  const second = await admin.create(`apis/${apiId}/versions`, { commit_message: 'count them' })
  await admin.create(`apis/${apiId}/publish`, { version_id: second.id })
  await everywhere(async (url) => (await fromSeattle(url)).body.data?.[0]?.flights === 2, 'the new version')
  await admin.create(`apis/${apiId}/rollback`, { version_id: first.id })
  await everywhere(async (url) => (await fromSeattle(url)).body.data?.length === 2, 'the old version')
})

it('answers 404 on every gateway after the API was unpublished', async () => {
  await admin.create(`apis/${apiId}/unpublish`)
  await everywhere(async (url) => (await fromSeattle(url)).status === 404, 'the end')
})
