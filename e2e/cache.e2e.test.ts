// Answers that are kept: given again with ETag and 304 by every gateway, fresh after a publish and after a purge.
import { startRedis, waitUntil, type OwnedRedis } from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { flights, publishedApi, type Flights } from './harness/flights.js'
import { call, type Answer } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

const NOW = 'SELECT clock_timestamp()::text AS at, count(*) AS n FROM flights'
let redis: OwnedRedis
let system: System
let admin: AdminClient
let place: Flights
let id: string

beforeAll(async () => {
  redis = await startRedis()
  // A busy machine must not turn a slow answer of Redis into an answer made twice.
  system = await startSystem({ gateways: 2, env: { REDIS_URL: redis.url, GATEWAY_CACHE_REDIS_TIMEOUT: '5' } })
  admin = await system.signIn()
  place = await flights(admin)
  id = await publishedApi(admin, place, { name: 'kept', path: 'kept', content: NOW, cache_ttl_seconds: 600 })
  for (const index of [0, 1]) {
    await waitUntil(async () => (await kept(index)).status === 200, { withinMs: 5000, what: 'the route' })
  }
})
afterAll(async () => {
  await system?.stop()
  await place?.drop()
  await redis?.stop()
})

const kept = (index: number, headers: Record<string, string> = {}): Promise<Answer> =>
  call('GET', `${system.gateways[index]?.url ?? ''}/api/kept`, { headers })
const stateOf = ({ headers }: Answer): string | null => headers.get('x-cache')
/** Waits until all gateways give an answer other than this one. */
const freshOnAll = async (old: Answer): Promise<void> => {
  for (const index of [0, 1]) {
    await waitUntil(async () => (await kept(index)).body.data[0].at !== old.body.data[0].at, { withinMs: 2000 })
  }
}

it('gives an answer again, the same on every gateway, with ETag, Age and 304', async () => {
  const first = await kept(0)
  const second = await kept(0)
  expect(stateOf(second)).toBe('HIT')
  expect(second.headers.get('etag')).toMatch(/^".+"$/)
  expect(Number(second.headers.get('age'))).toBeGreaterThanOrEqual(0)
  expect(second.body).toEqual(first.body)
  const other = await kept(1)
  expect([stateOf(other), other.body]).toEqual(['HIT', first.body])
  const known = await kept(1, { 'if-none-match': second.headers.get('etag') ?? '' })
  expect([known.status, known.body, stateOf(known)]).toEqual([304, '', 'HIT'])
})

it('gives a fresh answer after a publish, and after a purge, on every gateway', async () => {
  const old = await kept(0)
  await admin.patch(`apis/${id}`, { content: `${NOW} WHERE delay IS NOT NULL` })
  await admin.create(`apis/${id}/publish`, {})
  await freshOnAll(old)
  const published = await kept(0)
  expect(published.body.data[0].n).toBe(2)
  expect([stateOf(await kept(0)), stateOf(await kept(1))]).toEqual(['HIT', 'HIT'])
  const purged = await admin.post(`apis/${id}/purge-cache`)
  expect([purged.status, purged.body.id]).toEqual([200, id])
  await freshOnAll(published)
})

it('says in its metrics what was given again', async () => {
  const text = await (await fetch(`${system.gateways[0]?.opsUrl ?? ''}/metrics`)).text()
  expect(text).toMatch(/penstock_cached_calls_total\{[^}]*outcome="hit"[^}]*\} [1-9]/)
  expect(text).toMatch(/penstock_cache_bytes\{[^}]*\} [1-9]/)
})
