import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiEntry, clientEntry, datasourceEntry, keyEntries } from './test/build-snapshot.js'
import { gatewayUnderTest, type GatewayUnderTest } from './test/gateway-under-test.js'
import { scriptEntry, scriptPlan, scriptUnit } from './test/script-entries.js'

let database: FreshDatabase
let under: GatewayUnderTest

const n = { name: 'n', data_type: 'integer' } as const
const isEven = scriptUnit('function validate(value) { return value % 2 === 0 }', 'even')
const below = scriptUnit(
  'function validate(value, { limit }) { return value < limit || `must be below ${limit}` }',
  'below',
)
const throwing = scriptUnit('function validate() { throw new Error("secret words") }', 'throwing')
const addsKeys = scriptUnit(
  'function transform(result, params) { return { ...result, total: result.data.length, asked: params.n } }',
  'adds keys',
)
const validated = scriptPlan({
  validators: [
    { param: 'n', message: null, unit: isEven },
    { param: 'm', message: 'unused', unit: below },
  ],
})
const secretApi = scriptEntry('secret', 'export default (req) => [req.client]', { access_type: 'private' })
const NO_SOURCE = { datasource_id: null }

const apis = () => [
  scriptEntry('hello', 'export default async function (req) { return [{ hello: req.params.name }] }', {
    ...NO_SOURCE,
    params: [{ name: 'name' }],
  }),
  scriptEntry('execute', 'function execute(params) { return params.n + 1 }', { ...NO_SOURCE, params: [n] }),
  scriptEntry('left', 'result = { data: { a_b: 1 }, took_ms: 3 }', NO_SOURCE),
  scriptEntry('nothing', 'export default () => {}', NO_SOURCE),
  scriptEntry('envelope', 'export default () => ({ success: false, message: "no", data: [1], more: true })', NO_SOURCE),
  scriptEntry(
    'proto',
    `export default () => JSON.parse('{"data":[{"__proto__":{"x":1}}],"__proto__":{"y":2}}')`,
    NO_SOURCE,
  ),
  scriptEntry('rows', 'export default () => Array.from({ length: 10 }, (_, i) => i)', { ...NO_SOURCE, max_rows: 3 }),
  scriptEntry(
    'request',
    'export default ({ method, path, headers, client }) => ({ data: { method, path, headers, client } })',
    {
      ...NO_SOURCE,
      plan: { request_headers: ['x-tenant'] },
    },
  ),
  scriptEntry(
    'surroundings',
    `export default (req, ctx) => ({ data: { listed: env.get('LISTED'), other: env.get('GATEWAY_KEY'), ds: ctx.ds,
    uuid: crypto.randomUUID(), hash: crypto.hash('sha256', 'abc') } })`,
  ),
  scriptEntry('kept', 'export default ({ headers }) => [headers["x-tenant"], Math.random()]', {
    ...NO_SOURCE,
    cache: { ttl_ms: 60_000, stale_ms: 0, generation: 0 },
    plan: { request_headers: ['x-tenant'] },
  }),
  scriptEntry('throws', 'export default () => {\n  throw new TypeError("secret words")\n}', NO_SOURCE),
  scriptEntry('expected', 'export default () => { throw new ApiError(409, "Not enough", "NOT_ENOUGH") }', NO_SOURCE),
  scriptEntry('endless', 'export default () => { for (;;) {} }', {
    ...NO_SOURCE,
    plan: { limits: { exec_timeout_ms: 200 } },
  }),
  scriptEntry(
    'greedy',
    'export default () => { const all = []; for (;;) all.push("x".repeat(1e5) + all.length) }',
    NO_SOURCE,
  ),
  scriptEntry('validated', 'export default (req) => [req.params.n]', {
    ...NO_SOURCE,
    params: [n, { name: 'm', data_type: 'integer' }, { name: 'limit', data_type: 'integer', default_value: '5' }],
    plan: validated,
  }),
  scriptEntry('throwing', 'export default () => 1', {
    ...NO_SOURCE,
    params: [n],
    plan: { validators: [{ param: 'n', message: null, unit: throwing }] },
  }),
  scriptEntry('transformed', 'export default () => [1, 2, 3]', {
    ...NO_SOURCE,
    params: [n],
    plan: { transform: addsKeys },
  }),
  scriptEntry('changed-in-place', 'export default () => [1]', {
    ...NO_SOURCE,
    plan: { transform: scriptUnit('function transform(result) { result.total = result.data.length }', 'in place') },
  }),
  {
    ...apiEntry('paged', 'select n from generate_series(1, 10) as n', {
      paging: {
        mode: 'offset',
        page_size: 5,
        page_size_max: 5,
        order_by: [{ column: 'n', direction: 'asc' }],
        total: 'never',
      },
    }),
    scripts: scriptPlan({ transform: addsKeys }),
  },
  secretApi,
  {
    ...apiEntry(
      'sql-transformed',
      'select 9007199254740993::int8 as big, 1.5::numeric as small from generate_series(1, {{ n }}::int)',
      {
        params: [n],
        stream: true,
      },
    ),
    scripts: scriptPlan({ transform: addsKeys }),
  },
  {
    ...apiEntry('sql-validated', 'select {{ n }}::int as n', { params: [n], stream: true }),
    scripts: scriptPlan({ validators: [{ param: 'n', message: 'must be even', unit: isEven }] }),
  },
]

beforeAll(async () => {
  database = await freshDatabase()
  under = await gatewayUnderTest({
    FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
    SCRIPT_ENV_NAMES: 'LISTED,NOT_SET',
    LISTED: 'for scripts',
  })
  await under.publish([
    ...keyEntries(),
    datasourceEntry(database.url),
    clientEntry('caller', 'open sesame', { api_ids: [secretApi.id], name: 'The caller' }),
    ...apis(),
  ])
})
afterAll(async () => {
  await under.stop()
  await database.drop()
})

const call = (path: string, init?: RequestInit) => fetch(`${under.url}/api/${path}`, init)
const answer = async (path: string, init?: RequestInit): Promise<unknown> => (await call(path, init)).json()
const outcome = async (path: string) => {
  const response = await call(path)
  return [response.status, ((await response.json()) as { code: string }).code]
}

describe('the result of a script', () => {
  it.each([
    ['hello?name=Ann', { success: true, message: null, data: [{ hello: 'Ann' }] }],
    ['execute?n=4', { success: true, message: null, data: [5] }],
    ['left', { success: true, message: null, data: { a_b: 1 }, took_ms: 3 }],
    ['left?naming=camel', { success: true, message: null, data: { aB: 1 }, tookMs: 3 }],
    ['nothing', { success: true, message: null, data: [] }],
    ['envelope', { success: false, message: 'no', data: [1], more: true }],
    ['rows', { success: true, message: null, data: [0, 1, 2], truncated: true }],
  ])('of %s becomes the envelope', async (path, expected) => {
    expect(await answer(path)).toEqual(expected)
  })

  it('may hold any key, and touches no prototype', async () => {
    expect(await (await call('proto')).text()).toBe(
      '{"success":true,"message":null,"data":[{"__proto__":{"x":1}}],"__proto__":{"y":2}}',
    )
  })
})

describe('what a script sees', () => {
  it('is the request with listed headers alone', async () => {
    expect(await answer('request/?a=1', { headers: { 'X-Tenant': 'blue', cookie: 'secret' } })).toMatchObject({
      data: { method: 'GET', path: 'request', headers: { 'x-tenant': 'blue' }, client: null },
    })
  })

  it('is the client of a private API', async () => {
    const token = await fetch(`${under.url}/api/token/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"client_id":"caller","client_secret":"open sesame"}',
    })
    const { access_token } = (await token.json()) as { access_token: string }
    expect(await answer('secret', { headers: { authorization: `Bearer ${access_token}` } })).toMatchObject({
      data: [{ id: 'caller', name: 'The caller' }],
    })
  })

  it('is listed variables, the data source without secrets, ids and hashes', async () => {
    const { data } = (await answer('surroundings')) as { data: Record<string, unknown> }
    expect(data).toMatchObject({
      listed: 'for scripts',
      ds: { name: 'warehouse', type: 'postgres' },
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    })
    expect(data).not.toHaveProperty('other')
    expect(data['uuid']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(await answer('surroundings')).not.toMatchObject({ data: { uuid: data['uuid'] } })
  })
})

describe('an answer that is kept', () => {
  it('is for those alone who send the same listed headers', async () => {
    const of = async (tenant: string) => {
      const response = await call('kept', { headers: { 'x-tenant': tenant, 'x-other': String(Math.random()) } })
      return [response.headers.get('x-cache'), ((await response.json()) as { data: unknown[] }).data] as const
    }
    const [[first, blue], [second, red], [third, again]] = [await of('blue'), await of('red'), await of('blue')]
    expect([first, second, third]).toEqual(['MISS', 'MISS', 'HIT'])
    expect([blue[0], red[0]]).toEqual(['blue', 'red'])
    expect(again).toEqual(blue)
  })
})

describe('a script that fails', () => {
  it('answers 500 and nothing of what it said', async () => {
    const response = await call('throws')
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ success: false, code: 'SCRIPT_FAILED', data: [] })
    expect(text).not.toContain('secret words')
  })

  it('answers what its author meant', async () => {
    expect((await call('expected')).status).toBe(409)
    expect(await answer('expected')).toMatchObject({
      success: false,
      message: 'Not enough',
      code: 'NOT_ENOUGH',
      data: [],
    })
  })

  it('is ended by its deadline, and by its memory', async () => {
    const startedMs = performance.now()
    expect(await outcome('endless')).toEqual([504, 'SCRIPT_TIMEOUT'])
    expect(performance.now() - startedMs).toBeLessThan(1_500)
    expect(await outcome('greedy')).toEqual([500, 'SCRIPT_OVER_BUDGET'])
    expect(await answer('execute?n=1')).toMatchObject({ data: [2] })
  })
})

describe('validators', () => {
  it('let a value pass, and are not asked about what was not sent', async () => {
    expect(await answer('validated?n=2')).toMatchObject({ data: [2] })
    expect(await answer('validated')).toMatchObject({ success: true })
  })

  it('refuse with their message or that of the API, all faults at once, naming the parameters', async () => {
    expect((await call('validated?n=3&m=9')).status).toBe(400)
    expect(await answer('validated?n=3&m=9')).toMatchObject({
      code: 'PARAM_INVALID',
      errors: [
        { name: 'n', location: 'query', message: "Validation failed for param 'n'" },
        { name: 'm', location: 'query', message: 'must be below 5' },
      ],
    })
    expect(await answer('sql-validated?n=3')).toMatchObject({ errors: [{ name: 'n', message: 'must be even' }] })
  })

  it('guard what is streamed, too', async () => {
    expect((await call('sql-validated?n=3&format=csv')).status).toBe(400)
    expect(await (await call('sql-validated?n=4&format=ndjson')).text()).toBe('{"n":4}\n')
  })

  it('that throw are a fault of the API and say nothing', async () => {
    const response = await call('throwing?n=1')
    expect([response.status, (await response.text()).includes('secret words')]).toEqual([500, false])
  })
})

describe('transforms', () => {
  it('of both engines add keys to the envelope', async () => {
    expect(await answer('transformed?n=7')).toEqual({
      success: true,
      message: null,
      data: [1, 2, 3],
      total: 3,
      asked: 7,
    })
    expect(await answer('sql-transformed?n=2')).toMatchObject({ total: 2, asked: 2 })
  })

  it('that return nothing have changed what they were given', async () => {
    expect(await answer('changed-in-place')).toEqual({ success: true, message: null, data: [1], total: 1 })
  })

  it('keep what stands beside a page', async () => {
    expect(await answer('paged?page_size=2&page=2')).toMatchObject({
      data: [{ n: 3 }, { n: 4 }],
      page: 2,
      page_size: 2,
      total: 2,
    })
  })

  it('see numbers that would lose digits as texts', async () => {
    expect(await answer('sql-transformed?n=1')).toMatchObject({ data: [{ big: '9007199254740993', small: 1.5 }] })
  })

  it('are not streamed', async () => {
    expect(await outcome('sql-transformed?n=1&format=csv')).toEqual([406, 'NOT_ACCEPTABLE'])
  })
})
