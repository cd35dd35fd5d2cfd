import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiEntry, clientEntry, datasourceEntry, keyEntries } from './test/build-snapshot.js'
import { gatewayUnderTest, waitFor, type GatewayUnderTest } from './test/gateway-under-test.js'

const OTHER_SOURCE = '00000000-0000-4000-8000-00000000d5d6'
const AWAY_SOURCE = '00000000-0000-4000-8000-00000000d5d7'
const GROUP = '00000000-0000-4000-8000-0000000000a1'
const ONE_PER_MINUTE = [{ name: 'api', limit: 1, window_ms: 60_000 }]

let database: FreshDatabase
let db: pg.Client
let under: GatewayUnderTest
let token: string

const idParam = { name: 'id', location: 'path', data_type: 'integer', required: true } as const
const byId = 'select id, name, price from item where id = {{ id }}'
const writes = { clean: false, reads: false }
const secretApi = apiEntry('secret/{id}', byId, { params: [idParam], access_type: 'private' })
const groupApi = apiEntry('grouped', 'select 1 as one', { access_type: 'private' })
const deniedApi = apiEntry('denied', 'select 1 as one', { access_type: 'private' })

const entries = () => [
  ...keyEntries(),
  datasourceEntry(database.url),
  datasourceEntry(database.url, { id: OTHER_SOURCE, name: 'switched off', is_active: false }),
  datasourceEntry('postgres://nobody@127.0.0.1:1/none', { id: AWAY_SOURCE, name: 'away' }),
  clientEntry('caller', 'open sesame', { api_ids: [secretApi.id], group_ids: [GROUP] }),
  clientEntry('inactive', 'open sesame', { is_active: false }),
  clientEntry('revoked', 'open sesame', { tokens_valid_from: 4_000_000_000, api_ids: [secretApi.id] }),
  { kind: 'group' as const, id: GROUP, is_active: true, api_ids: [groupApi.id] },
  secretApi,
  groupApi,
  deniedApi,
  apiEntry('items/{id}', byId, { params: [idParam] }),
  apiEntry('items/special', 'select true as special'),
  apiEntry('items', 'insert into item (id, name) values ({{ id }}, {{ name }}) returning id, name', {
    ...writes,
    method: 'POST',
    params: [
      { name: 'id', location: 'body', data_type: 'integer', required: true },
      { name: 'name', location: 'body' },
    ],
  }),
  apiEntry('items/{id}', 'delete from item where id = {{ id }}', { ...writes, method: 'DELETE', params: [idParam] }),
  apiEntry('page', 'select id from item order by id limit 2; select count(*)::int8 as total from item', {
    clean: false,
  }),
  apiEntry('sneaky', 'delete from item', writes),
  apiEntry('many', 'select id, name from item order by id', { max_rows: 3 }),
  apiEntry('camel', 'select id as item_id, created_at, {{ page_no }}::int as page_no from item where id = 1', {
    params: [{ name: 'page_no', data_type: 'integer' }],
  }),
  apiEntry(
    'big',
    `select 9007199254740993::int8 as i, 1.10::numeric(10,2) as n, 'NaN'::float8 as f, '\\x0102'::bytea as b`,
  ),
  apiEntry('echo', 'select {{ text }} as text', { params: [{ name: 'text' }] }),
  apiEntry('slow', 'select pg_sleep(30) as slept', { clean: false }),
  apiEntry('late', 'select pg_sleep(30) as slept', { clean: false, timeout_ms: 200 }),
  apiEntry('division', 'select 1 / {{ by }}::int as result', { params: [{ name: 'by', data_type: 'integer' }] }),
  apiEntry('broken', 'select * from no_such_table'),
  apiEntry('off', 'select 1 as one', { datasource_id: OTHER_SOURCE }),
  apiEntry('away', 'select 1 as one', { datasource_id: AWAY_SOURCE }),
  apiEntry('once', 'select 1 as one', { rate_limits: ONE_PER_MINUTE }),
  apiEntry('alone', 'select pg_sleep(0.5)::text as slept', { max_concurrent: 1, clean: false }),
  apiEntry('web', 'select 1 as one', { cors_origins: ['https://app.example'] }),
  apiEntry('unproved', 'select {{ n }} + 1 as next, {{ flag }} as flag', {
    proved: false,
    params: [
      { name: 'n', data_type: 'integer' },
      { name: 'flag', data_type: 'boolean' },
    ],
  }),
]

beforeAll(async () => {
  database = await freshDatabase()
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
  await db.query(`create table item (id int primary key, name text, price numeric, created_at timestamptz);
    insert into item select n, 'item ' || n, n * 1.5, '2026-01-02T03:04:05Z' from generate_series(1, 50) n`)
  under = await gatewayUnderTest({
    AUTH_RATE_LIMIT_TOKEN_GENERATE: '20',
    GATEWAY_MAX_BODY_BYTES: '2000',
    FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
  })
  await under.publish(entries())
  token = (await (await requestToken({ client_id: 'caller', client_secret: 'open sesame' })).json()).access_token
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
const data = async (answer: Response): Promise<unknown> => (await answer.json()).data
const outcome = async (answer: Response): Promise<[number, string]> => [answer.status, (await answer.json()).code]

describe('success', () => {
  it('answers the envelope with rows, an id and the fixed headers', async () => {
    const answer = await call('items/7', { headers: { 'x-request-id': 'my-id.1' } })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
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
    const body = await (await call('many')).json()
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
    const revoked = await (await requestToken({ client_id: 'revoked', client_secret: 'open sesame' })).json()
    expect(await outcome(await call('secret/3', withToken(revoked.access_token)))).toEqual([401, 'TOKEN_REJECTED'])
    expect(await outcome(await call('denied', withToken()))).toEqual([403, 'ACCESS_DENIED'])
  })

  it('follows a change of grants, of is_active and of access at once', async () => {
    const changed = (change: (entry: ReturnType<typeof entries>[number]) => object) =>
      under.publish(entries().map((entry) => ({ ...entry, ...change(entry) }) as ReturnType<typeof entries>[number]))
    await changed((entry) => (entry.kind === 'group' ? { is_active: false } : {}))
    expect(await outcome(await call('grouped', withToken()))).toEqual([403, 'ACCESS_DENIED'])
    await changed((entry) => (entry.kind === 'client' && entry.client_id === 'caller' ? { is_active: false } : {}))
    expect(await outcome(await call('grouped', withToken()))).toEqual([401, 'TOKEN_REJECTED'])
    await changed((entry) => (entry.kind === 'api' && entry.path === 'web' ? { access_type: 'private' } : {}))
    expect(await outcome(await call('web'))).toEqual([401, 'TOKEN_REJECTED'])
    await under.publish(entries())
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
      expect((await answer.json()).message).toBe('Invalid client_id or client_secret')
    }
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

describe('refusals', () => {
  it('404: unknown path, other method, outside of /api', async () => {
    expect(await outcome(await call('nope'))).toEqual([404, 'ROUTE_NOT_FOUND'])
    expect(await outcome(await call('items/1', { method: 'PUT' }))).toEqual([404, 'ROUTE_NOT_FOUND'])
    expect(await outcome(await call('Items/1'))).toEqual([404, 'ROUTE_NOT_FOUND'])
    expect(await outcome(await fetch(`${under.url}/other`))).toEqual([404, 'ROUTE_NOT_FOUND'])
  })

  it('400: a malformed escape, in path and query', async () => {
    expect(await outcome(await call('items/%E0%A4'))).toEqual([400, 'REQUEST_MALFORMED'])
    expect(await outcome(await call('echo?text=%E0%A4'))).toEqual([400, 'REQUEST_MALFORMED'])
  })

  it('400: parameters, all faults at once', async () => {
    const answer = await call('items', json('POST', '{"id": "abc"}'))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({
      success: false,
      data: [],
      code: 'PARAM_INVALID',
      errors: [{ name: 'id', location: 'body' }],
      request_id: expect.any(String),
    })
  })

  it('400, 413, 415: bodies that do not parse, are no object, too large, or of another type', async () => {
    expect(await outcome(await call('items', json('POST', '{"id":')))).toEqual([400, 'BODY_INVALID'])
    expect(await outcome(await call('items', json('POST', '[1]')))).toEqual([400, 'BODY_INVALID'])
    expect(await outcome(await call('items', json('POST', `{"id":"${'x'.repeat(3000)}"}`)))).toEqual([
      413,
      'BODY_TOO_LARGE',
    ])
    expect(await outcome(await call('items', json('POST', '<a/>', { 'content-type': 'text/xml' })))).toEqual([
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    ])
    expect(await outcome(await call('items', json('POST', '{}', { 'content-encoding': 'gzip' })))).toEqual([
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    ])
  })

  it('413 also when the size of a body is not declared', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
      const request = httpRequest(`${under.url}/api/items`, { method: 'POST', headers }, (answer) =>
        resolve(answer.statusCode),
      )
      request.on('error', reject)
      for (let index = 0; index < 10; index++) request.write(' '.repeat(500))
      request.end()
    })
    expect(status).toBe(413)
  })

  it('a body with __proto__ changes nothing', async () => {
    const answer = await call(
      'items',
      json('POST', '{"__proto__": {"id": 5}, "constructor": {"prototype": {"id": 5}}}'),
    )
    expect(await outcome(answer)).toEqual([400, 'PARAM_INVALID'])
    expect(({} as Record<string, unknown>)['id']).toBeUndefined()
  })

  it('GET never writes, whatever its statement says', async () => {
    expect((await call('sneaky')).status).toBe(500)
    expect((await db.query('select count(*)::int as n from item')).rows[0].n).toBe(50)
  })

  it('400 for a fault of the caller in the statement, 500 for a broken API, with nothing of it in the answer', async () => {
    expect(await outcome(await call('division?by=0'))).toEqual([400, 'STATEMENT_REJECTED'])
    const broken = await call('broken')
    expect(broken.status).toBe(500)
    expect(await broken.text()).not.toContain('no_such_table')
  })

  it('502 for a data source that refuses, 503 for one that is switched off', async () => {
    expect(await outcome(await call('away'))).toEqual([502, 'DATASOURCE_REFUSED'])
    expect(await outcome(await call('off'))).toEqual([503, 'DATASOURCE_INACTIVE'])
  })

  it('504 at the deadline of the API, and the statement is gone from the server', async () => {
    expect(await outcome(await call('late'))).toEqual([504, 'DATASOURCE_TIMEOUT'])
    await waitFor(async () => (await running()) === 0)
  })

  it('429 over the rate, with Retry-After and the RateLimit headers', async () => {
    const first = await call('once')
    expect(first.headers.get('ratelimit-policy')).toBe('"api";q=1;w=60')
    expect(first.headers.get('ratelimit')).toMatch(/^"api";r=0;t=\d+$/)
    const second = await call('once')
    expect(second.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(second.headers.get('ratelimit')).toMatch(/^"api";r=0;t=\d+$/)
    expect(await outcome(second)).toEqual([429, 'RATE_LIMITED'])
  })

  it('503 over the places in flight, with Retry-After, and the place is given back', async () => {
    const [first, second] = await Promise.all([call('alone'), call('alone')])
    expect([first.status, second.status].sort()).toEqual([200, 503])
    expect((await call('alone')).status).toBe(200)
  })
})

const running = async () =>
  (
    await db.query(
      `select count(*)::int as n from pg_stat_activity where state = 'active' and query like '%pg_sleep(30)%' and pid <> pg_backend_pid()`,
    )
  ).rows[0].n

describe('a caller that goes away', () => {
  it('has its statement cancelled on the server, and its call is on record as 499', async () => {
    const gone = new AbortController()
    const pending = call('slow', { signal: gone.signal }).catch(() => undefined)
    await waitFor(async () => (await running()) === 1)
    gone.abort()
    await pending
    await waitFor(async () => (await running()) === 0)
    await waitFor(() => under.admin.records.some(({ path, status }) => path === '/api/slow' && status === 499))
  })
})

describe('what is not HTTP', () => {
  const raw = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(under.url)
      const socket = connect(Number(port), hostname, () => socket.write(text))
      let answer = ''
      socket.on('data', (chunk) => (answer += chunk.toString()))
      socket.on('close', () => resolve(answer))
      socket.on('error', reject)
    })

  it('is answered in the envelope and the connection is closed: 400, 431', async () => {
    const malformed = await raw('GET /api/x HTTP/1.1\r\nbad header\r\n\r\n')
    expect(malformed).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"REQUEST_MALFORMED"/)
    const large = await raw(`GET /api/x HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`)
    expect(large).toMatch(/^HTTP\/1\.1 431 [\s\S]*"code":"HEAD_TOO_LARGE"/)
    const both =
      'POST /api/items HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
    expect(await raw(both)).toMatch(/^HTTP\/1\.1 400 /)
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
