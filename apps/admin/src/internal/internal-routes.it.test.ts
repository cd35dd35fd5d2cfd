import { randomUUID } from 'node:crypto'
import {
  bodyHash,
  INTERNAL_ROUTES,
  manifestIsAuthentic,
  signedManifest,
  type AccessRecord,
  type GatewayHeartbeat,
} from '@penstock/contracts'
import { deriveGatewayKey, deriveGatewayKeys } from '@penstock/secrets'
import { freshDatabase, waitUntil, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAdmin, type AdminUnderTest } from '../testing/admin-under-test.js'
import { makeCatalogue } from '../testing/catalogue.js'

let fresh: FreshDatabase
let admin: AdminUnderTest
const keys = deriveGatewayKeys(deriveGatewayKey('a secret key for tests'))

beforeAll(async () => {
  fresh = await freshDatabase()
  admin = await startAdmin(fresh.url)
  await waitUntil(() => admin.process.ports.feed.current() !== undefined, { withinMs: 5000 })
})
afterAll(async () => {
  await admin.close()
  await fresh.drop()
})

const send = (method: 'GET' | 'POST', url: string, payload?: object, headers: Record<string, string> = {}) =>
  admin.process.ops.inject({
    method,
    url,
    headers: { authorization: `Bearer ${keys.serviceToken}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
const newest = () => send('GET', INTERNAL_ROUTES.manifest)
const query = (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  admin.process.ports.database.read((tx) => tx.query(sql, values))
const heartbeat = (own: Partial<GatewayHeartbeat> = {}): GatewayHeartbeat => ({
  ...{
    gateway_id: 'gw-1',
    started_at: '2026-01-01T00:00:00Z',
    version: '1.0.0',
    format: 1,
    epoch: null,
    revision: null,
  },
  ...{ source: 'http', persisted: true, error: null, entry_errors: {}, url: null, access_records_dropped: 0 },
  ...own,
})
const record = (own: Partial<AccessRecord> = {}): AccessRecord => ({
  ...{
    id: randomUUID(),
    at: '2026-01-02T03:04:05Z',
    request_id: 'r',
    method: 'GET',
    path: '/api/x',
    status: 200,
    code: null,
  },
  ...{
    duration_ms: 1.5,
    rows: 3,
    response_bytes: 10,
    api_id: null,
    version: null,
    client_id: null,
    ip: '::1',
    user_agent: null,
    params: null,
  },
  ...own,
})

describe('the routes between the planes', () => {
  it.each([[undefined], ['Bearer wrong'], [`Basic ${keys.serviceToken}`]])(
    'turn away whoever comes with %s',
    async (authorization) => {
      for (const url of Object.values(INTERNAL_ROUTES)) {
        const method = url === INTERNAL_ROUTES.manifest ? 'GET' : 'POST'
        const answer = await admin.process.ops.inject({
          method,
          url,
          headers: authorization === undefined ? {} : { authorization },
        })
        expect(answer.statusCode, url).toBe(401)
      }
    },
  )

  it('are not on the public port', async () => {
    for (const url of Object.values(INTERNAL_ROUTES)) expect((await admin.get(url)).status).toBe(404)
  })

  it('give the newest manifest, authentic and with its tag, and 304 to who has it', async () => {
    const answer = await newest()
    const signed = signedManifest.parse(answer.json())
    expect(manifestIsAuthentic(signed, keys.manifestKey)).toBe(true)
    expect(answer.headers.etag).toBe(`"${signed.manifest.epoch}.${signed.manifest.revision}"`)
    const again = await send('GET', INTERNAL_ROUTES.manifest, undefined, {
      'if-none-match': String(answer.headers.etag),
    })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })

  it('answer who waits within milliseconds of a change', async () => {
    const { etag } = (await newest()).headers
    const waiting = send('GET', `${INTERNAL_ROUTES.manifest}?wait_ms=20000`, undefined, {
      'if-none-match': String(etag),
    })
    await makeCatalogue(admin)
    const committed = performance.now()
    const answer = await waiting
    expect(performance.now() - committed).toBeLessThan(250)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers.etag).not.toBe(etag)
  })

  it('give bodies by hash; hashes that are none are refused', async () => {
    const shards = signedManifest.parse((await newest()).json()).manifest.shards.filter((hash) => hash !== null)
    const { bodies } = (await send('POST', INTERNAL_ROUTES.bodies, { hashes: [...shards, 'f'.repeat(64)] })).json()
    expect(Object.entries<string>(bodies).map(([hash, body]) => bodyHash(body) === hash)).toEqual(
      shards.map(() => true),
    )
    expect((await send('POST', INTERNAL_ROUTES.bodies, { hashes: ['../etc/passwd'] })).statusCode).toBe(422)
  })

  it('store a batch once, however often it comes', async () => {
    const batch = {
      batch_id: randomUUID(),
      gateway_id: 'gw-1',
      records: [record({ path: '/api/\u0000' }), record({ status: 404 })],
    }
    for (let time = 0; time < 3; time++)
      expect((await send('POST', INTERNAL_ROUTES.accessRecords, batch)).statusCode).toBe(204)
    await Promise.all(
      [1, 2, 3].map(() => send('POST', INTERNAL_ROUTES.accessRecords, { ...batch, batch_id: randomUUID() })),
    )
    expect(await query('SELECT count(*)::int AS n FROM access_records')).toEqual([{ n: 2 }])
    expect((await admin.get('access-logs?status=4xx')).body).toMatchObject({ total: 1, data: [{ status: 404 }] })
    const id = batch.records[1]?.id
    expect((await admin.get(`access-logs/${id}`)).body).toMatchObject({ id, gateway_id: 'gw-1' })
    expect((await admin.get(`access-logs/${randomUUID()}`)).status).toBe(404)
    expect((await admin.get('access-logs?status=nonsense')).status).toBe(422)
  })

  it('keep the newest report of each replica, and admin shows how far behind it is', async () => {
    const { manifest } = signedManifest.parse((await newest()).json())
    const { epoch, revision } = manifest
    await send('POST', INTERNAL_ROUTES.heartbeat, heartbeat())
    await send(
      'POST',
      INTERNAL_ROUTES.heartbeat,
      heartbeat({ epoch, revision: revision - 1, entry_errors: { 'api:x': 'broken' } }),
    )
    await send('POST', INTERNAL_ROUTES.heartbeat, heartbeat({ gateway_id: 'gw-2', epoch, revision }))
    await send('POST', INTERNAL_ROUTES.heartbeat, heartbeat({ gateway_id: 'gw-3', epoch: randomUUID(), revision }))
    await query(`UPDATE gateways SET seen_at = now() - interval '1 minute' WHERE gateway_id = 'gw-3'`)
    expect((await admin.get('gateways')).body).toMatchObject({
      total: 3,
      epoch,
      revision,
      data: [
        { gateway_id: 'gw-1', state: 'behind', lag: 1, alive: true, entry_errors: { 'api:x': 'broken' } },
        { gateway_id: 'gw-2', state: 'current', lag: 0, alive: true },
        { gateway_id: 'gw-3', state: 'other epoch', lag: null, alive: false },
      ],
    })
  })

  it('hand out another epoch when a superuser says that the database was restored', async () => {
    const before = signedManifest.parse((await newest()).json()).manifest
    expect((await (await admin.as('Admin')).post('gateways/epoch')).status).toBe(403)
    const { body } = await admin.post('gateways/epoch')
    expect(body).toMatchObject({ revision: before.revision + 1 })
    await waitUntil(async () => signedManifest.parse((await newest()).json()).manifest.epoch !== before.epoch, {
      withinMs: 5000,
    })
  })
})

it('shows the numbers and lists of the overview', async () => {
  expect((await admin.get('overview/stats')).body).toMatchObject({ datasources: 1, modules: 1, apis_total: 0 })
  const days = (await admin.get('overview/requests-by-day?days=3')).body as { data: unknown[] }
  expect(days.data).toHaveLength(3)
  for (const list of ['top-paths', 'recent-access', 'recent-commits'])
    expect((await admin.get(`overview/${list}`)).status).toBe(200)
})
