import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { apiEntry, clientEntry, datasourceEntry, keyEntries } from './test/build-snapshot.js'
import { gatewayUnderTest, waitFor, type GatewayUnderTest } from './test/gateway-under-test.js'

/** In every place where a secret may come in. Each is unlike the others, so that a leak says where from. */
const CANARIES = {
  clientSecret: 'psk_canary-client-secret-0123456789',
  wrongSecret: 'canary-wrong-secret',
  bearer: 'canary.bearer.token-0123456789',
  basic: Buffer.from('canary-user:canary-basic').toString('base64'),
  apiKey: 'canary-api-key',
  cookie: 'session=canary-cookie',
  password: 'canary-param-password',
  nested: 'canary-nested-secret',
  url: 'canary-url-password',
  datasource: 'canary-datasource-password',
  redis: 'canary-redis-password',
} as const
const API = 'secrets/{id}'
const AWAY = '00000000-0000-4000-8000-00000000d5d7'
const param = (name: string, location: 'header' | 'query' | 'body', data_type: 'string' | 'object' = 'string') =>
  ({ name, location, data_type }) as const

let database: FreshDatabase
let under: GatewayUnderTest
const lines: string[] = []
const stdout = vi.spyOn(process.stdout, 'write')

beforeAll(async () => {
  database = await freshDatabase()
  stdout.mockImplementation((chunk) => {
    lines.push(String(chunk))
    return true
  })
  under = await gatewayUnderTest({
    LOG_LEVEL: 'debug',
    LOG_JSON: 'true',
    GATEWAY_ACCESS_LOG_BODY: 'true',
    GATEWAY_TOKEN_GET_ENABLED: 'true',
    REDIS_URL: `redis://:${CANARIES.redis}@127.0.0.1:1/0`,
  })
  const secretApi = apiEntry(API, 'select {{ id }} as id, {{ note }} as note', {
    method: 'POST',
    access_type: 'private',
    params: [
      { name: 'id', location: 'path', data_type: 'string' },
      param('note', 'query'),
      param('x-api-key', 'header'),
      param('password', 'body'),
      param('settings', 'body', 'object'),
      param('link', 'body'),
    ],
  })
  const refusing = `postgres://nobody:${CANARIES.datasource}@127.0.0.1:1/none`
  await under.publish([
    ...keyEntries(),
    datasourceEntry(database.url),
    datasourceEntry(refusing, { id: AWAY, name: 'away' }),
    clientEntry('caller', CANARIES.clientSecret, { api_ids: [secretApi.id] }),
    secretApi,
    apiEntry('away', 'select 1 as one', { datasource_id: AWAY }),
    apiEntry('broken', 'select * from no_such_table where secret = {{ password }}', {
      params: [param('password', 'query')],
    }),
  ])
})
afterAll(async () => {
  stdout.mockRestore()
  await under.stop()
  await database.drop()
})

it('keeps secrets out of logs, access records, metrics and heartbeats, wherever they come in', async () => {
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${under.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const granted = await post('/token/generate', { client_id: 'caller', client_secret: CANARIES.clientSecret })
  const { access_token } = (await granted.json()) as { access_token: string }
  await post('/token/generate', { client_id: 'caller', client_secret: CANARIES.wrongSecret })
  await fetch(`${under.url}/token/generate?clientId=caller&secret=${CANARIES.clientSecret}`)
  await fetch(`${under.url}/token/generate?clientId=caller&secret=${CANARIES.wrongSecret}`)
  const body = {
    password: CANARIES.password,
    settings: { inner: { client_secret: CANARIES.nested, shown: 'in plain sight' } },
    link: `https://user:${CANARIES.url}@example.com/`,
  }
  const headers = { 'x-api-key': CANARIES.apiKey, cookie: CANARIES.cookie }
  const query = `?note=Bearer ${CANARIES.bearer}`
  const ok = await post(`/api/secrets/1${query}`, body, { ...headers, authorization: `Bearer ${access_token}` })
  expect(ok.status).toBe(200)
  for (const authorization of [`Bearer ${CANARIES.bearer}`, `Basic ${CANARIES.basic}`]) {
    expect((await post('/api/secrets/2', body, { ...headers, authorization })).status).toBe(401)
  }
  expect((await fetch(`${under.url}/api/away`)).status).toBe(502)
  expect((await fetch(`${under.url}/api/broken?password=${CANARIES.password}`)).status).toBe(500)
  await waitFor(() => under.admin.records.some(({ path }) => path === '/api/broken'))
  const logs = lines.join('')
  const seen = {
    logs,
    records: JSON.stringify(under.admin.records),
    metrics: await (await fetch(`${under.gateway.opsUrl}/metrics`)).text(),
    heartbeats: JSON.stringify(under.admin.heartbeats),
  }
  // What was looked at has something in it: an empty text holds no secret either.
  expect(logs).toContain('no_such_table')
  expect(seen.records).toContain('in plain sight')
  for (const [place, text] of Object.entries(seen)) {
    for (const [name, canary] of [...Object.entries(CANARIES), ['token', access_token]]) {
      expect(text.includes(canary ?? ''), `${name} in ${place}`).toBe(false)
    }
  }
})
