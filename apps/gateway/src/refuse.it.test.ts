import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ITEMS, servedEntries } from './test/served-apis.js'
import { gatewayUnderTest, waitFor, type GatewayUnderTest } from './test/gateway-under-test.js'

let database: FreshDatabase
let db: pg.Client
let under: GatewayUnderTest

beforeAll(async () => {
  database = await freshDatabase()
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
  await db.query(ITEMS)
  under = await gatewayUnderTest({
    AUTH_RATE_LIMIT_TOKEN_GENERATE: '20',
    GATEWAY_MAX_BODY_BYTES: '2000',
    FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
    GATEWAY_REQUEST_TIMEOUT: '1',
  })
  await under.publish(servedEntries(database.url))
})

afterAll(async () => {
  await under.stop()
  await db.end()
  await database.drop()
})

const call = (path: string, init?: RequestInit) => fetch(`${under.url}/api/${path}`, init)
const json = (method: string, body: string, headers: Record<string, string> = {}) => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  body,
})
const outcome = async (answer: Response): Promise<[number, string]> => [
  answer.status,
  ((await answer.json()) as { code: string }).code,
]

describe('refusals', () => {
  it('404: unknown path, other method, outside of /api', async () => {
    expect(await outcome(await call('nope'))).toEqual([404, 'ROUTE_NOT_FOUND'])
    expect(await outcome(await call('items/1', { method: 'PUT' }))).toEqual([404, 'ROUTE_NOT_FOUND'])
    expect(await outcome(await call('Items/1'))).toEqual([404, 'ROUTE_NOT_FOUND'])
    expect(await outcome(await fetch(`${under.url}/other`))).toEqual([404, 'ROUTE_NOT_FOUND'])
  })

  it('403: an address that the API does not allow, or denies, before any token is looked at', async () => {
    expect(await outcome(await call('office'))).toEqual([403, 'ADDRESS_DENIED'])
    expect(await outcome(await call('not-from-here'))).toEqual([403, 'ADDRESS_DENIED'])
    expect(await outcome(await call('secret-office'))).toEqual([403, 'ADDRESS_DENIED'])
    expect((await call('only-from-here')).status).toBe(200)
    // Without a trusted proxy nobody can say where he comes from.
    expect(await outcome(await call('office', { headers: { 'x-forwarded-for': '203.0.113.9' } }))).toEqual([
      403,
      'ADDRESS_DENIED',
    ])
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
    const faults = { '{"id":': 'is not valid JSON', '[1]': 'must be a JSON object', null: 'must be a JSON object' }
    for (const [body, message] of Object.entries(faults)) {
      const answer = await call('items', json('POST', body))
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({
        message: `The request body ${message}`,
        code: 'BODY_INVALID',
        errors: [{ field: 'body', message }],
      })
    }
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
  const post = 'POST /api/items HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
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

  it('408 for a head and for a body that do not arrive in time', async () => {
    const slow = ['GET /api/items/1 HTTP/1.1\r\nHost: x\r\n', `${post}Content-Length: 10\r\n\r\n{"id"`]
    for (const answer of await Promise.all(slow.map(raw))) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"REQUEST_TIMEOUT"/)
    }
  })
})
