// With Redis: limits hold over all gateways together, a publish travels through it, and nobody notices more than honest refusals when it is lost.
import { startRedis, tcpProxy, waitUntil, type OwnedRedis, type TcpProxy } from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { flights, publishedApi, type Flights } from './harness/flights.js'
import { call, type Answer } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

const GATEWAYS = 3
const PER_MINUTE = 30
/** What one gateway may admit alone while Redis is away. */
const SHARE = PER_MINUTE / GATEWAYS

let redis: OwnedRedis
let network: TcpProxy
let system: System
let admin: AdminClient
let place: Flights
let client: { client_id: string; client_secret: string }
let tokens: string[]

beforeAll(async () => {
  redis = await startRedis()
  const { hostname, port } = new URL(redis.url)
  network = await tcpProxy({ host: hostname, port: Number(port) })
  system = await startSystem({
    gateways: GATEWAYS,
    env: {
      REDIS_URL: network.via(redis.url),
      GATEWAY_REPLICAS: String(GATEWAYS),
      AUTH_RATE_LIMIT_TOKEN_GENERATE: '0',
      // A busy machine must not turn a slow answer of Redis into a decision without it; lost connections fail at once all the same.
      FLOW_CONTROL_REDIS_TIMEOUT: '5',
    },
  })
  admin = await system.signIn()
  place = await flights(admin)
  const id = await publishedApi(admin, place, {
    name: 'limited',
    path: 'limited',
    access_type: 'private',
    content: 'SELECT id FROM flights WHERE id = 1',
  })
  client = await admin.create('clients', { name: 'limited', api_ids: [id], rate_limit_per_minute: PER_MINUTE })
  tokens = await Promise.all(system.gateways.map(({ url }) => tokenFrom(url)))
})
afterAll(async () => {
  await system?.stop()
  await place?.drop()
  await network?.close()
  await redis?.stop()
})

async function tokenFrom(gatewayUrl: string): Promise<string> {
  const json = { client_id: client.client_id, client_secret: client.client_secret }
  let answer: Answer | undefined
  await waitUntil(
    async () => (answer = await call('POST', `${gatewayUrl}/api/token/generate`, { json })).status === 200,
    { withinMs: 5000, what: 'a token' },
  )
  return answer?.body.access_token
}

/** So many calls spread over all gateways; the number of answers by status. */
async function flood(calls: number): Promise<Record<number, number>> {
  const answers = await Promise.all(
    Array.from({ length: calls }, (_, index) => {
      const gateway = system.gateways[index % GATEWAYS]
      return call('GET', `${gateway?.url ?? ''}/api/limited`, { token: tokens[index % GATEWAYS] ?? '' })
    }),
  )
  const byStatus: Record<number, number> = {}
  for (const { status } of answers) byStatus[status] = (byStatus[status] ?? 0) + 1
  return byStatus
}

it('carries a publish to every gateway', async () => {
  await publishedApi(admin, place, { name: 'fresh', path: 'fresh', content: 'SELECT count(*) AS n FROM flights' })
  for (const { url } of system.gateways) {
    await waitUntil(async () => (await call('GET', `${url}/api/fresh`)).status === 200, { withinMs: 1000 })
  }
  const { body } = await admin.get('gateways')
  expect(body.data).toHaveLength(GATEWAYS)
})

it('admits no more than the limit over all gateways together, and says when to come back', async () => {
  // Below the limit of calls in flight, so that only the rate decides.
  const first = await flood(15)
  const second = await flood(15)
  const third = await flood(15)
  expect([first[200], second[200], third[200] ?? 0]).toEqual([15, 15, 0])
  const refused = await call('GET', `${system.gateways[0]?.url ?? ''}/api/limited`, { token: tokens[0] ?? '' })
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(refused.headers.get('ratelimit-policy')).toContain(`q=${PER_MINUTE};w=60`)
})

it('never answers 500 and never more than the shares when Redis is lost', async () => {
  network.cut()
  try {
    const answers = [await flood(15), await flood(15), await flood(15)]
    expect(answers.map((one) => Object.keys(one).filter((status) => status !== '200' && status !== '429'))).toEqual([
      [],
      [],
      [],
    ])
    // Each gateway booked its own admissions, so what this window holds is at most the limit and the shares of the others.
    const admitted = answers.reduce((sum, one) => sum + (one[200] ?? 0), 0)
    expect(admitted).toBeLessThanOrEqual((GATEWAYS - 1) * SHARE)
  } finally {
    network.heal()
  }
})

it('follows changes without Redis too', async () => {
  network.cut()
  try {
    await publishedApi(admin, place, { name: 'late', path: 'late', content: 'SELECT 1 AS one' })
    for (const { url } of system.gateways) {
      await waitUntil(async () => (await call('GET', `${url}/api/late`)).status === 200, { withinMs: 8000 })
    }
  } finally {
    network.heal()
  }
})
