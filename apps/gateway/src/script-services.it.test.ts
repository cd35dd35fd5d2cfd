import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startRedis, type OwnedRedis } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyEntries } from './test/build-snapshot.js'
import { gatewayUnderTest, type GatewayUnderTest } from './test/gateway-under-test.js'
import { scriptEntry } from './test/script-entries.js'

let partner: Server
let redis: OwnedRedis
let alone: GatewayUnderTest
let together: GatewayUnderTest
let partnerUrl: string

const OTHER_MODULE = '00000000-0000-4000-8000-000000000002'
const plain = { datasource_id: null }
const counter =
  'export default async () => { await cache.set("k", { a: [1] }); return [await cache.incr("n"), await cache.decr("n", 3), await cache.get("k"), await cache.exists("none")] }'
const apis = () => [
  ...keyEntries(),
  scriptEntry(
    'ask',
    `export default async ({ params }) => {
    const posted = await http.post(env.get('PARTNER') + '/orders', { json: { id: 7 }, query: { q: 'a b' }, headers: { 'x-key': 'k' } })
    const got = await http.get(env.get('PARTNER') + '/missing')
    return { data: { posted: posted.json, ok: posted.ok, status: got.status, missing: got.ok, json: got.json } } }`,
    plain,
  ),
  scriptEntry(
    'metadata',
    `export default async () => {
    try { return (await http.get('http://169.254.169.254/latest')).text } catch (error) { return [error.name, error.code, error.message] } }`,
    plain,
  ),
  scriptEntry('let-through', `export default () => http.get('http://169.254.169.254/latest')`, plain),
  scriptEntry(
    'parallel',
    `export default () => fetchAll([1, 2, 3, 4, 5, 6], async (n) => (await http.get(env.get('PARTNER') + '/' + n)).json.url, 3)`,
    plain,
  ),
  scriptEntry(
    'at-once',
    `export default async () => {
      let now = 0, most = 0
      await fetchAll([1, 2, 3, 4, 5, 6], async () => {
        most = Math.max(most, ++now)
        await http.get(env.get('PARTNER') + '/')
        now--
      }, 3)
      return [most]
    }`,
    plain,
  ),
  scriptEntry(
    'by-connection',
    `export default async () => {
    const partner = http.connection('partner')
    const seen = (await partner.get('/orders', { query: { n: 1 } })).json
    const failed = await http.connection('other').get('/').catch((error) => error.message)
    return { data: [seen, failed, JSON.stringify(Object.keys(partner))] } }`,
    plain,
  ),
  scriptEntry('count', counter, plain),
  scriptEntry('count-elsewhere', 'export default async () => [await cache.get("n"), await cache.get("k")]', {
    ...plain,
    module_id: OTHER_MODULE,
  }),
  scriptEntry('keep', 'export default async () => { await cache.set("seen", "once"); return "kept" }', plain),
  scriptEntry('look', 'export default async () => [await cache.get("seen")]', plain),
]

beforeAll(async () => {
  partner = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.statusCode = request.url === '/missing' ? 404 : 200
      const { url, headers } = request
      response.end(
        request.url === '/missing'
          ? 'nothing'
          : JSON.stringify({ url, key: headers['x-key'], body: Buffer.concat(chunks).toString() }),
      )
    })
  })
  await new Promise<void>((resolve) => partner.listen(0, '127.0.0.1', resolve))
  const { port } = partner.address() as AddressInfo
  partnerUrl = `http://127.0.0.1:${port}`
  redis = await startRedis()
  const settings = {
    FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
    SCRIPT_HTTP_ALLOWED_HOSTS: `*,127.0.0.1:${port}`,
    SCRIPT_ENV_NAMES: 'PARTNER',
    PARTNER: partnerUrl,
    SCRIPT_HTTP_CONNECTIONS: JSON.stringify({
      partner: { url: `${partnerUrl}/v1`, headers: { 'X-Key': 'key-of-partner' }, modules: ['demo'], internal: true },
      other: { url: partnerUrl, modules: ['elsewhere'] },
    }),
  }
  alone = await gatewayUnderTest(settings)
  together = await gatewayUnderTest({ ...settings, CACHE_REDIS_URL: redis.url })
  await Promise.all([alone.publish(apis()), together.publish(apis())])
}, 60_000)
afterAll(async () => {
  await Promise.all([alone.stop(), together.stop()])
  await redis.stop()
  await new Promise((resolve) => partner.close(resolve))
})

const data = async (under: GatewayUnderTest, path: string): Promise<unknown> => {
  const answer = await fetch(`${under.url}/api/${path}`)
  return ((await answer.json()) as { data: unknown }).data
}

describe('a script', () => {
  it('asks by a connection that its module was granted, and never sees what is sent for it', async () => {
    expect(await data(alone, 'by-connection')).toEqual([
      { url: '/v1/orders?n=1', key: '[hidden]', body: '' },
      'there is no connection "other" for the module "demo": define it in SCRIPT_HTTP_CONNECTIONS, with this module',
      '["get","post","put","patch","delete"]',
    ])
  })

  it('sends JSON, headers and a query to an allowed host, and reads what it answers', async () => {
    expect(await data(alone, 'ask')).toEqual({
      posted: { url: '/orders?q=a+b', key: 'k', body: '{"id":7}' },
      ok: true,
      status: 404,
      missing: false,
      json: null,
    })
    expect(await data(alone, 'parallel')).toEqual(['/1', '/2', '/3', '/4', '/5', '/6'])
  })

  it('works on as many items at once as it says, and on no more', async () => {
    expect(await data(alone, 'at-once')).toEqual([3])
  })

  it('cannot reach what is not on the internet, and can catch that', async () => {
    expect(await data(alone, 'metadata')).toEqual([
      'HttpError',
      'HTTP_FAILED',
      expect.stringContaining('is not on the internet'),
    ])
    expect((await fetch(`${alone.url}/api/let-through`)).status).toBe(500)
  })

  it.each(['in this process', 'in Redis'])('keeps things %s for the scripts of its module alone', async (where) => {
    const under = where === 'in Redis' ? together : alone
    expect(await data(under, 'count')).toEqual([1, -2, { a: [1] }, false])
    expect(await data(under, 'count')).toEqual([-1, -4, { a: [1] }, false])
    expect(await data(under, 'count-elsewhere')).toEqual([null, null])
  })

  it('goes on when Redis is away', async () => {
    await data(together, 'keep')
    expect(await data(together, 'look')).toEqual(['once'])
    await redis.stop()
    expect(await data(together, 'look')).toEqual([null])
    expect(await data(together, 'count')).toEqual([0, 0, null, false])
  })
})
