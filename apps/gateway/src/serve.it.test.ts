import type { SnapshotEntry } from '@penstock/contracts'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ITEMS, servedEntries } from './test/served-apis.js'
import { gatewayUnderTest, waitFor, type GatewayUnderTest } from './test/gateway-under-test.js'

let database: FreshDatabase
let db: pg.Client
let under: GatewayUnderTest
let token: string

interface AnswerBody {
  readonly message: string | null
  readonly data: readonly Record<string, unknown>[]
  readonly code: string
  readonly truncated?: boolean
  readonly access_token: string
}
const bodyOf = async (answer: Response) => (await answer.json()) as AnswerBody

beforeAll(async () => {
  database = await freshDatabase()
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
  await db.query(ITEMS)
  under = await gatewayUnderTest({
    AUTH_RATE_LIMIT_TOKEN_GENERATE: '20',
    GATEWAY_MAX_BODY_BYTES: '2000',
    FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
  })
  await under.publish(servedEntries(database.url))
  token = (await bodyOf(await requestToken({ client_id: 'caller', client_secret: 'open sesame' }))).access_token
})

afterAll(async () => {
  await under.stop()
  await db.end()
  await database.drop()
})

const requestToken = (body: object, path = '/api/token/generate') =>
  fetch(`${under.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const call = (path: string, init?: RequestInit) => fetch(`${under.url}/api/${path}`, init)
const withToken = (value = token) => ({ headers: { authorization: `Bearer ${value}` } })
const json = (method: string, body: string, headers: Record<string, string> = {}) => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  body,
})
const data = async (answer: Response): Promise<unknown> => (await bodyOf(answer)).data
const outcome = async (answer: Response): Promise<[number, string]> => [answer.status, (await bodyOf(answer)).code]

describe('success', () => {
  it('answers the envelope with rows, an id and the fixed headers', async () => {
    const answer = await call('items/7', { headers: { 'x-request-id': 'my-id.1' } })
    expect(answer.status).toBe(200)
    expect(await bodyOf(answer)).toEqual({
      success: true,
      message: null,
      data: [{ id: 7, name: 'item 7', price: 10.5 }],
    })
    expect(answer.headers.get('x-request-id')).toBe('my-id.1')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  it('lets a static segment win, and does not care for slashes at the ends', async () => {
    expect(await data(await call('items/special/'))).toEqual([{ special: true }])
    expect(await data(await call('/items/7/'))).toEqual([{ id: 7, name: 'item 7', price: 10.5 }])
  })

  it('runs INSERT … RETURNING and DELETE, and answers rows and counts', async () => {
    const inserted = await call('items', json('POST', '{"id": 1001, "name": "new"}'))
    expect(await data(inserted)).toEqual([{ id: 1001, name: 'new' }])
    expect(await data(await call('items/1001', { method: 'DELETE' }))).toEqual([1])
    expect(await data(await call('items/1001', { method: 'DELETE' }))).toEqual([0])
  })

  it('takes a form as a body', async () => {
    const answer = await call('items', { method: 'POST', body: new URLSearchParams({ id: '1002', name: 'a form' }) })
    expect(await data(answer)).toEqual([{ id: 1002, name: 'a form' }])
    await call('items/1002', { method: 'DELETE' })
  })

  it('answers several statements with one element each', async () => {
    expect(await data(await call('page'))).toEqual([[{ id: 1 }, { id: 2 }], [{ total: 50 }]])
  })

  it('keeps all digits, and makes null of what JSON cannot say', async () => {
    expect(await (await call('big')).text()).toContain('"data":[{"i":9007199254740993,"n":1.10,"f":null,"b":"AQI="}]')
  })

  it('cuts at max_rows and says so', async () => {
    const body = await bodyOf(await call('many'))
    expect(body.data).toHaveLength(3)
    expect(body.truncated).toBe(true)
  })

  it('turns keys by ?naming=camel both ways, and by the header those of the answer alone', async () => {
    expect(await data(await call('camel?naming=camel&pageNo=4'))).toEqual([
      { itemId: 1, createdAt: '2026-01-02T03:04:05Z', pageNo: 4 },
    ])
    const byHeader = await call('camel?page_no=4', { headers: { 'x-response-naming': 'camel' } })
    expect(await data(byHeader)).toMatchObject([{ itemId: 1, pageNo: 4 }])
  })

  it('gives values back as data, whatever they look like', async () => {
    const hostile = `'; drop table item; -- " \\ $1 {{ x }}`
    expect(await data(await call(`echo?text=${encodeURIComponent(hostile)}`))).toEqual([{ text: hostile }])
  })

  it.each(['plain', 'café', '\u007f\u0080\u00ff', '日本', '😀'])(
    'sends %j whole, as UTF-8 of the length that it says',
    async (text) => {
      const answer = await call(`echo?text=${encodeURIComponent(text)}`)
      const bytes = Buffer.from(await answer.arrayBuffer())
      expect(bytes.toString('utf8')).toBe(JSON.stringify({ success: true, message: null, data: [{ text }] }))
      expect(answer.headers.get('content-length')).toBe(String(bytes.length))
    },
  )

  it('settles the casts of an unproved template on first use', async () => {
    expect(await data(await call('unproved?n=41&flag=true'))).toEqual([{ next: 42, flag: true }])
    expect(await data(await call('unproved?n=1&flag=false'))).toEqual([{ next: 2, flag: false }])
  })

  it('answers HEAD like GET without a body', async () => {
    const head = await call('items/7', { method: 'HEAD' })
    const get = await call('items/7')
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
    expect(await head.text()).toBe('')
    expect((await call('no/such', { method: 'HEAD' })).status).toBe(404)
  })

  it('answers OPTIONS with the methods of the path, and a preflight for allowed origins alone', async () => {
    const plain = await call('items/7', { method: 'OPTIONS' })
    expect([plain.status, plain.headers.get('allow')]).toEqual([204, 'DELETE, GET, HEAD, OPTIONS'])
    const preflight = (origin: string) =>
      call('web', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } })
    expect((await preflight('https://app.example')).headers.get('access-control-allow-origin')).toBe(
      'https://app.example',
    )
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull()
    const answer = await call('web', { headers: { origin: 'https://app.example' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect((await call('no/such', { method: 'OPTIONS' })).status).toBe(404)
  })
})

describe('access', () => {
  it('lets a client in that is linked directly or through an active group', async () => {
    expect(await data(await call('secret/3', withToken()))).toEqual([{ id: 3, name: 'item 3', price: 4.5 }])
    expect(await data(await call('grouped', withToken()))).toEqual([{ one: 1 }])
  })

  it('refuses a missing, a wrong and a revoked token with 401, and a client without grant with 403', async () => {
    const missing = await call('secret/3')
    expect(missing.headers.get('www-authenticate')).toBe('Bearer')
    expect(await outcome(missing)).toEqual([401, 'TOKEN_REJECTED'])
    expect(await outcome(await call('secret/3', withToken(`${token}x`)))).toEqual([401, 'TOKEN_REJECTED'])
    const revoked = await bodyOf(await requestToken({ client_id: 'revoked', client_secret: 'open sesame' }))
    expect(await outcome(await call('secret/3', withToken(revoked.access_token)))).toEqual([401, 'TOKEN_REJECTED'])
    expect(await outcome(await call('denied', withToken()))).toEqual([403, 'ACCESS_DENIED'])
  })

  it('follows a change of grants, of is_active and of access at once', async () => {
    const changed = (change: (entry: SnapshotEntry) => object) =>
      under.publish(servedEntries(database.url).map((entry) => ({ ...entry, ...change(entry) }) as SnapshotEntry))
    await changed((entry) => (entry.kind === 'group' ? { is_active: false } : {}))
    expect(await outcome(await call('grouped', withToken()))).toEqual([403, 'ACCESS_DENIED'])
    await changed((entry) => (entry.kind === 'client' && entry.client_id === 'caller' ? { is_active: false } : {}))
    expect(await outcome(await call('grouped', withToken()))).toEqual([401, 'TOKEN_REJECTED'])
    await under.publish(servedEntries(database.url))
    await changed((entry) =>
      entry.kind === 'client' && entry.client_id === 'caller' ? { ip_allow: ['203.0.113.0/24'] } : {},
    )
    expect(await outcome(await call('grouped', withToken()))).toEqual([403, 'ADDRESS_DENIED'])
    await changed((entry) => (entry.kind === 'api' && entry.path === 'web' ? { access_type: 'private' } : {}))
    expect(await outcome(await call('web'))).toEqual([401, 'TOKEN_REJECTED'])
    await under.publish(servedEntries(database.url))
    expect((await call('web')).status).toBe(200)
  })
})

describe('tokens', () => {
  it('are given for the right pair, as JSON and as form, on both paths', async () => {
    const body = await (
      await requestToken({ client_id: 'caller', client_secret: 'open sesame' }, '/token/generate')
    ).json()
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'bearer', expires_in: 3600 })
    const form = await fetch(`${under.url}/api/token/generate`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'caller',
        client_secret: 'open sesame',
        grant_type: 'client_credentials',
      }),
    })
    expect(form.status).toBe(200)
  })

  it('are refused with one sentence for a wrong secret, an unknown and an inactive client', async () => {
    for (const pair of [
      { client_id: 'caller', client_secret: 'wrong' },
      { client_id: 'nobody', client_secret: 'open sesame' },
      { client_id: 'inactive', client_secret: 'open sesame' },
    ]) {
      const answer = await requestToken(pair)
      expect(answer.status).toBe(401)
      expect((await bodyOf(answer)).message).toBe('Invalid client_id or client_secret')
    }
  })

  it('are not given to a client outside of its addresses, which only one with its secret hears', async () => {
    const elsewhere = await requestToken({ client_id: 'elsewhere', client_secret: 'open sesame' })
    expect(await outcome(elsewhere)).toEqual([403, 'ADDRESS_DENIED'])
    expect((await requestToken({ client_id: 'elsewhere', client_secret: 'wrong' })).status).toBe(401)
  })

  it('need the right grant type, a body that parses and POST', async () => {
    expect(await outcome(await requestToken({ grant_type: 'password' }))).toEqual([400, 'GRANT_TYPE_UNSUPPORTED'])
    const bad = await fetch(`${under.url}/token/generate`, json('POST', '{'))
    expect(await outcome(bad)).toEqual([400, 'BODY_INVALID'])
    expect(await outcome(await call('token/generate?clientId=caller&secret=x'))).toEqual([403, 'TOKEN_GET_DISABLED'])
    expect(await outcome(await call('token/generate', { method: 'PUT' }))).toEqual([405, 'METHOD_NOT_ALLOWED'])
  })

  it('are limited by address', async () => {
    let last: Response | undefined
    for (let index = 0; index < 21; index++) last = await requestToken({ client_id: 'nobody', client_secret: 'x' })
    expect(last?.status).toBe(429)
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('access records', () => {
  it('tell every outcome, and never a token', async () => {
    await call('items/9?x=1', { headers: { 'user-agent': 'the test', ...withToken().headers } })
    await call('nothing/here')
    await waitFor(() => under.admin.records.some(({ path }) => path === '/api/nothing/here'))
    const record = under.admin.records.find(({ path }) => path === '/api/items/9')
    expect(record).toMatchObject({
      method: 'GET',
      status: 200,
      code: null,
      rows: 1,
      user_agent: 'the test',
      version: 1,
    })
    expect(record?.api_id).toEqual(expect.any(String))
    expect(under.admin.records.find(({ path }) => path === '/api/nothing/here')).toMatchObject({
      status: 404,
      code: 'ROUTE_NOT_FOUND',
    })
    expect(JSON.stringify(under.admin.records)).not.toContain(token)
  })
})

describe('health and metrics', () => {
  it('are on the ops port, health also on the traffic port', async () => {
    expect(await (await fetch(`${under.url}/health`)).text()).toBe('ok')
    expect((await fetch(`${under.url}/health/ready`)).status).toBe(200)
    expect((await fetch(`${under.gateway.opsUrl}/health/ready`)).status).toBe(200)
    expect((await fetch(`${under.url}/metrics`)).status).toBe(404)
    expect(await (await fetch(`${under.gateway.opsUrl}/metrics`)).text()).toContain(
      'penstock_calls_total{api="items/{id}"',
    )
  })
})
