import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiEntry, datasourceEntry } from '../test/build-snapshot.js'
import { gatewayUnderTest, waitFor, type GatewayUnderTest } from '../test/gateway-under-test.js'

let database: FreshDatabase
let under: GatewayUnderTest

beforeAll(async () => {
  database = await freshDatabase()
  // Every process is over this bound.
  under = await gatewayUnderTest({ GATEWAY_MAX_RSS_BYTES: '1000000' })
  await under.publish([
    datasourceEntry(database.url, { options: { pool_size: 2 } }),
    apiEntry('one', 'select 1 as one'),
    apiEntry('slow', 'select pg_sleep(30)::text as slept', { clean: false }),
  ])
})
afterAll(async () => {
  await under.stop()
  await database.drop()
})

const metrics = async () => (await fetch(`${under.gateway.opsUrl}/metrics`)).text()

it('refuses calls beside the one in flight with 503 and Retry-After when memory is short, and readiness says so', async () => {
  await waitFor(async () => (await metrics()).includes('penstock_memory_pressure{service="gateway"} 1'))
  expect((await fetch(`${under.url}/api/one`)).status).toBe(200)
  const gone = new AbortController()
  const slow = fetch(`${under.url}/api/slow`, { signal: gone.signal }).catch(() => undefined)
  await waitFor(async () => (await metrics()).includes('state="running",service="gateway"} 1'))
  expect(await metrics()).toContain('penstock_calls_in_flight{service="gateway"} 1')
  expect(await metrics()).toMatch(
    /penstock_datasource_connections\{datasource="\w+",state="size",service="gateway"\} 2/,
  )
  const refused = await fetch(`${under.url}/api/one`)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ success: false, code: 'MEMORY_PRESSURE' })
  gone.abort()
  await slow
  await waitFor(async () => (await metrics()).includes('penstock_calls_in_flight{service="gateway"} 0'))
  expect((await fetch(`${under.url}/api/one`)).status).toBe(200)
  const ready = await fetch(`${under.gateway.opsUrl}/health/ready`)
  expect(ready.status).toBe(503)
  expect(await ready.json()).toMatchObject({ data: ['memory'] })
  expect(await metrics()).toMatch(/penstock_call_errors_total\{code="MEMORY_PRESSURE",service="gateway"\} 1/)
})

it('shows the age of the snapshot, the lag of the event loop and the records that wait', async () => {
  const text = await metrics()
  expect(text).toMatch(/penstock_snapshot_age_seconds\{service="gateway"\} \d/)
  expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds\{service="gateway"\} \d/)
  expect(text).toMatch(/penstock_access_records_buffered\{service="gateway"\} \d/)
  expect(text).toMatch(/penstock_connections\{service="gateway"\} \d/)
})
