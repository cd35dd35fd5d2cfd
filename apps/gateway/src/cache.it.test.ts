import type { ApiEntry, SnapshotEntry } from '@penstock/contracts'
import { freshDatabase, startRedis, tcpProxy, type FreshDatabase, type OwnedRedis } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiEntry, clientEntry, datasourceEntry, keyEntries, type ApiOptions } from './test/build-snapshot.js'
import { gatewayUnderTest, waitFor, type GatewayUnderTest } from './test/gateway-under-test.js'

const MINUTE = { ttl_ms: 60_000, stale_ms: 0, generation: 0 }
const NOW = 'select clock_timestamp()::text as at'
const cachedNow = (path: string, own: ApiOptions = {}) => apiEntry(path, NOW, { clean: false, cache: MINUTE, ...own })

let database: FreshDatabase
let db: pg.Client
let under: GatewayUnderTest
const privateApi = cachedNow('private', { access_type: 'private' })
// Made once: another version each time would be a publish each time.
let made: readonly SnapshotEntry[] | undefined
const entries = (): readonly SnapshotEntry[] => (made ??= allEntries())
const allEntries = (): SnapshotEntry[] => [
  ...keyEntries(),
  datasourceEntry(database.url),
  clientEntry('caller', 'open sesame', { api_ids: [privateApi.id] }),
  clientEntry('other', 'open sesame', { api_ids: [privateApi.id] }),
  clientEntry('stranger', 'open sesame'),
  privateApi,
  cachedNow('now'),
  cachedNow('purged'),
  cachedNow('replaced'),
  cachedNow('once', { rate_limits: [{ name: 'api', limit: 2, window_ms: 60_000 }] }),
  cachedNow('stale', { cache: { ttl_ms: 1, stale_ms: 60_000, generation: 0 } }),
  apiEntry('by', 'select clock_timestamp()::text as at, {{ n }} as n', {
    clean: false,
    cache: MINUTE,
    params: [{ name: 'n', data_type: 'integer' }],
  }),
  apiEntry('camel', 'select clock_timestamp()::text as made_at', { clean: false, cache: MINUTE }),
  apiEntry('big', `select repeat('x', 5000) as text, clock_timestamp()::text as at`, { clean: false, cache: MINUTE }),
  apiEntry('slow', `select clock_timestamp()::text as at, pg_sleep(0.3)::text as s`, { clean: false, cache: MINUTE }),
  apiEntry('late', `select pg_sleep(30)::text as s`, { clean: false, cache: MINUTE, timeout_ms: 300 }),
  apiEntry('failing', 'select 1 / (select count(*) from item where id = 0) as n', { clean: false, cache: MINUTE }),
  apiEntry('written', `insert into item values ({{ id }}) returning id`, {
    method: 'POST',
    clean: false,
    reads: false,
    cache: MINUTE,
    params: [{ name: 'id', data_type: 'integer' }],
  }),
  apiEntry('asked', `select clock_timestamp()::text as at, {{ n }} as n`, {
    method: 'POST',
    clean: false,
    cache: MINUTE,
    params: [{ name: 'n', data_type: 'integer', location: 'body' }],
  }),
]

beforeAll(async () => {
  database = await freshDatabase()
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
  await db.query('create table item (id int primary key)')
  under = await gatewayUnderTest({
    FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
    FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT: '0',
    AUTH_RATE_LIMIT_TOKEN_GENERATE: '0',
    GATEWAY_CACHE_MAX_ANSWER_BYTES: '4096',
  })
  await under.publish(entries())
})
afterAll(async () => {
  await under.stop()
  await db.end()
  await database.drop()
})

interface Heard {
  readonly status: number
  readonly cache: string | null
  readonly etag: string
  readonly text: string
  readonly headers: Headers
}
async function call(path: string, init: RequestInit = {}, url = under.url): Promise<Heard> {
  const answer = await fetch(`${url}/api/${path}`, init)
  const { status, headers } = answer
  return { status, headers, cache: headers.get('x-cache'), etag: headers.get('etag') ?? '', text: await answer.text() }
}
const tokenOf = async (client_id: string): Promise<RequestInit> => {
  const body = JSON.stringify({ client_id, client_secret: 'open sesame' })
  const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } }
  const { access_token } = JSON.parse((await call('token/generate', init)).text) as { access_token: string }
  return { headers: { authorization: `Bearer ${access_token}` } }
}
const metric = async (name: string, labels = ''): Promise<number> => {
  const text = await (await fetch(`${under.gateway.opsUrl}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(labels))
  return Number(line?.slice(line.lastIndexOf(' ')) ?? 0)
}

describe('a kept answer', () => {
  it('is made once and given again, with X-Cache, Age and the same ETag; 304 for who has it', async () => {
    const first = await call('now')
    const second = await call('now')
    expect([first.status, first.cache, first.headers.get('age')]).toEqual([200, 'MISS', null])
    expect([second.status, second.cache, second.headers.get('age')]).toEqual([200, 'HIT', '0'])
    expect(second.text).toBe(first.text)
    expect(second.etag).toMatch(/^"[\w-]+"$/)
    expect([second.etag, second.headers.get('cache-control')]).toEqual([first.etag, 'public, no-cache'])
    const known = await call('now', { headers: { 'if-none-match': `W/"other", ${first.etag}` } })
    expect([known.status, known.text, known.cache, known.etag]).toEqual([304, '', 'HIT', first.etag])
    expect(known.headers.get('content-length')).toBeNull()
    expect((await call('now', { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
    const head = await call('now', { method: 'HEAD' })
    expect([head.status, head.cache, head.headers.get('content-length')]).toEqual([
      200,
      'HIT',
      String(Buffer.byteLength(first.text)),
    ])
  })

  it('is another one for other parameters and another naming, and the same whatever else stands in the query', async () => {
    const one = await call('by?n=1')
    expect((await call('by?n=%201&unknown=x')).text).toBe(one.text)
    expect((await call('by?n=2')).cache).toBe('MISS')
    expect((await call('by')).cache).toBe('MISS')
    expect((await call('camel')).text).toContain('made_at')
    expect((await call('camel?naming=camel')).text).toContain('madeAt')
    expect([(await call('now?cache=bust')).cache, (await call('now?x=1')).cache]).toEqual(['HIT', 'HIT'])
  })

  it('is shared by all who may call, and by nobody else', async () => {
    const [caller, other, stranger] = await Promise.all([tokenOf('caller'), tokenOf('other'), tokenOf('stranger')])
    const first = await call('private', caller)
    const second = await call('private', other)
    expect([first.cache, second.cache, second.text]).toEqual(['MISS', 'HIT', first.text])
    expect(second.headers.get('cache-control')).toBe('private, no-cache')
    expect((await call('private', stranger)).status).toBe(403)
    expect((await call('private')).status).toBe(401)
  })

  it('counts in limits and is written down like any other call', async () => {
    const answers = [await call('once'), await call('once'), await call('once')]
    expect(answers.map(({ status, cache }) => [status, cache])).toEqual([
      [200, 'MISS'],
      [200, 'HIT'],
      [429, null],
    ])
    await waitFor(() => under.admin.records.filter(({ path }) => path === '/api/once').length === 3)
    const records = under.admin.records.filter(({ path }) => path === '/api/once')
    expect(records.map(({ status, rows }) => [status, rows]).slice(0, 2)).toEqual([
      [200, 1],
      [200, 1],
    ])
  })

  it('is made by a POST that only reads, too; never by one that writes, never when it failed, never when it is too big', async () => {
    const post = (body: object) => ({
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    expect((await call('asked', post({ n: 1 }))).cache).toBe('MISS')
    expect((await call('asked', post({ n: 1 }))).cache).toBe('HIT')
    expect((await call('asked', post({ n: 2 }))).cache).toBe('MISS')
    expect((await call('written?id=1', post({}))).cache).toBeNull()
    expect((await call('written?id=1', post({}))).status).toBe(400)
    await db.query('delete from item')
    expect((await call('failing')).status).not.toBe(200)
    await db.query('insert into item values (0)')
    expect([(await call('failing')).status, (await call('failing')).cache]).toEqual([200, 'HIT'])
    const [one, two] = [await call('big'), await call('big')]
    expect([one.cache, two.cache, two.etag, two.text === one.text]).toEqual(['MISS', 'MISS', '', false])
  })
})

describe('many calls at once', () => {
  it('make one answer, and all get it', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('slow')))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers.filter(({ cache }) => cache === 'MISS')).toHaveLength(1)
    expect(await metric('penstock_cache_waits_total')).toBeGreaterThanOrEqual(19)
  })

  it('end at their deadline, all of them', async () => {
    const startedMs = performance.now()
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('late')))
    expect(answers.map(({ status }) => status)).toEqual([504, 504, 504, 504, 504])
    expect(performance.now() - startedMs).toBeLessThan(5000)
  })

  it('go on when the one that makes the answer goes away', async () => {
    const gone = new AbortController()
    const first = call('by?n=77', { signal: gone.signal }).catch(() => 'gone')
    gone.abort()
    expect((await call('by?n=77')).status).toBe(200)
    await first
  })
})

describe('an old answer', () => {
  it('is given at once while one new one is made', async () => {
    const first = await call('stale')
    expect(first.cache).toBe('MISS')
    await waitFor(async () => (await call('stale')).cache === 'STALE')
    await waitFor(async () => (await call('stale')).text !== first.text)
    expect(await metric('penstock_cached_calls_total', 'outcome="stale"')).toBeGreaterThan(0)
  })
})

describe('a change', () => {
  const republished = (path: string, own: Partial<ApiEntry>) =>
    entries().map((entry) => (entry.kind === 'api' && entry.path === path ? { ...entry, ...own } : entry))

  it('of the version, and a purge, make the next answer a fresh one', async () => {
    const [replaced, purged] = [await call('replaced'), await call('purged')]
    expect([(await call('replaced')).cache, (await call('purged')).cache]).toEqual(['HIT', 'HIT'])
    await under.publish(republished('replaced', { version_id: '00000000-0000-4000-8000-0000000000ff' }))
    const fresh = await call('replaced')
    expect([fresh.cache, fresh.text === replaced.text]).toEqual(['MISS', false])
    expect((await call('purged')).text).toBe(purged.text)
    await under.publish(republished('purged', { cache: { ...MINUTE, generation: 1 } }))
    expect((await call('purged')).cache).toBe('MISS')
  })
})

it('says what it holds', async () => {
  expect(await metric('penstock_cached_calls_total', 'outcome="hit"')).toBeGreaterThan(0)
  expect(await metric('penstock_cache_bytes')).toBeGreaterThan(0)
  expect(await metric('penstock_cache_entries')).toBeGreaterThan(0)
})

describe('with Redis', () => {
  let redis: OwnedRedis
  const gateways: GatewayUnderTest[] = []
  const start = async (env: Record<string, string>) => {
    const gateway = await gatewayUnderTest({ FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0', ...env })
    gateways.push(gateway)
    await gateway.publish(entries())
    return gateway
  }
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()))
    await redis.stop()
  })

  it('one gateway makes an answer for all, while they wait', async () => {
    // Answers may have a Redis of their own; nothing else is in it then.
    const env = { CACHE_REDIS_URL: redis.url, GATEWAY_CACHE_REDIS_TIMEOUT: '5' }
    const [one, other] = [await start(env), await start(env)]
    const answers = await Promise.all(
      [one.url, other.url, one.url, other.url, one.url].map((url) => call('slow', {}, url)),
    )
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers.filter(({ cache }) => cache === 'MISS')).toHaveLength(1)
  })

  it('goes on without it when it is lost, and never with an error', async () => {
    const { hostname, port } = new URL(redis.url)
    const network = await tcpProxy({ host: hostname, port: Number(port) })
    try {
      const gateway = await start({ REDIS_URL: network.via(redis.url) })
      expect((await call('by?n=501', {}, gateway.url)).status).toBe(200)
      network.pause()
      const answers = []
      for (const n of [601, 602, 603, 604, 605, 606, 607]) answers.push(await call(`by?n=${n}`, {}, gateway.url))
      expect(answers.map(({ status, cache }) => [status, cache])).toEqual(answers.map(() => [200, 'MISS']))
      expect((await call('by?n=601', {}, gateway.url)).cache).toBe('HIT')
    } finally {
      network.heal()
      await network.close()
    }
  })
})
