// Limits over three gateways, and what becomes of them and of callers when a gateway is killed and callers misbehave: F18, F28, F29.
import { startRedis, tcpProxy, waitUntil, type OwnedRedis, type TcpProxy } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdminClient } from '../harness/admin-client.js'
import { publishedApi } from '../harness/flights.js'
import { call } from '../harness/http.js'
import { startSystem, type System } from '../harness/start-system.js'
import { caller, type Caller } from './harness/callers.js'
import { externalDatabase, TIMED, TIMED_PARAMS, type ExternalDatabase } from './harness/external-database.js'
import { admitted, expectUnhurried, tally, worstConcurrency, worstWindow, type Attempt } from './harness/history.js'
import { attempt, loadFor, openLoad, type Load, type Target } from './harness/load.js'
import { metric } from './harness/metrics.js'
import { READS_AFTER_MS, slowCaller } from './harness/slow-caller.js'
import { sometimes } from './harness/sometimes.js'

const GATEWAYS = 3
const PER_MINUTE = 40
const CONCURRENT = 4
const WINDOW_MS = 60_000
const LEASE_MS = 15_000
/** One second alone on a machine; the tests of a whole check run beside others. */
const BACK_MS = 10_000
const BIG_BYTES = 20_000_000

const met = sometimes(
  'a rate was refused',
  'a place in flight was refused',
  'all places in flight were taken',
  'a second window was used',
  'F18 a call died with its gateway',
  'F18 places of the killed gateway were still taken',
  'F22 a clock was found to be off',
  'F22 a token was refused by a gateway whose clock is off',
  'F28 a statement was running when its caller left',
  'F29 a slow head was cut',
  'F29 a slow body was cut',
  'F29 a reader that stood still was cut',
)

let redis: OwnedRedis
let redisNetwork: TcpProxy
let system: System
let admin: AdminClient
let external: ExternalDatabase
let limitedId: string
const longIds: string[] = []
let steady: Caller
let steadyHistory: Attempt[] = []
let background: Load
let startedMs: number

const urls = (): string[] => system.gateways.map(({ url }) => url)
const target = (who: Caller, secondsMax: number): Target => ({
  urls: urls(),
  path: (random) => `limited?seconds=${(random() * secondsMax).toFixed(3)}`,
  token: who.token,
})
const client = (name: string, limits: Record<string, unknown>) =>
  caller(admin, system.gateways, { name, api_ids: [limitedId, ...longIds], ...limits })

beforeAll(async () => {
  redis = await startRedis()
  redisNetwork = await tcpProxy({ port: Number(new URL(redis.url).port) })
  system = await startSystem({
    gateways: GATEWAYS,
    env: {
      REDIS_URL: redisNetwork.via(redis.url),
      GATEWAY_REPLICAS: String(GATEWAYS),
      FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
      FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT: '0',
      // Redis is well all the time here: a busy machine must not turn a slow answer into a decision without it.
      FLOW_CONTROL_REDIS_TIMEOUT: '5',
    },
  })
  admin = await system.signIn()
  external = await externalDatabase(admin, { options: { pool_size: 40 } })
  limitedId = await publishedApi(admin, external, {
    name: 'limited',
    path: 'limited',
    access_type: 'private',
    params: TIMED_PARAMS,
    content: TIMED,
  })
  await publishedApi(admin, external, { name: 'quick', path: 'quick', content: 'SELECT 1 AS one' })
  await publishedApi(admin, external, {
    name: 'taken',
    path: 'taken',
    http_method: 'POST',
    content: 'SELECT 1 AS one',
  })
  await publishedApi(admin, external, {
    name: 'big',
    path: 'big',
    content: `SELECT repeat('x', 10000) AS text FROM generate_series(1, ${BIG_BYTES / 10_000})`,
  })
  for (const name of ['held', 'left_behind']) {
    const content = `SELECT pg_sleep(25)::text AS ${name}`
    longIds.push(await publishedApi(admin, external, { name, path: name, access_type: 'private', content }))
  }
  steady = await client('steady', { rate_limit_per_minute: PER_MINUTE, max_concurrent: CONCURRENT })
}, 60_000)
afterAll(async () => {
  await background?.stop()
  await system?.stop()
  await external?.drop()
  await redisNetwork?.close()
  await redis?.stop()
  met.demand()
})

describe('the checker', () => {
  const at = (sentMs: number, endedMs: number): Attempt => ({
    sentMs,
    endedMs,
    status: 200,
    code: undefined,
    gateway: 0,
    ran: { beganMs: sentMs + 1, endedMs },
  })

  it('finds a planted call too many in a window, and no call that may have been admitted outside of it', () => {
    const calls = [at(0, 10), at(400, 410), at(998, 1010)]
    expect(worstWindow(calls, 1000)).toBe(3)
    expect(worstWindow([...calls.slice(0, 2), at(999, 1010)], 1000)).toBe(2)
  })

  it('finds a planted statement too many at a time', () => {
    expect(worstConcurrency([at(0, 10), at(5, 20), at(9, 30)])).toBe(2)
    expect(worstConcurrency([at(0, 11), at(5, 20), at(9, 30)])).toBe(3)
  })
})

describe('limits over three gateways', () => {
  it('admit a client exactly its calls per minute, and never more at a time than it may', async () => {
    startedMs = Date.now()
    const burst = await loadFor(target(steady, 0.2), { perSecond: 60, forMs: 4000, seed: 7 })
    steadyHistory = [...burst]
    expect(Object.keys(tally(burst)).sort()).toEqual(['200', '429 RATE_LIMITED', '503 CONCURRENCY_LIMITED'])
    expect(admitted(burst)).toBe(PER_MINUTE)
    expect(worstConcurrency(burst)).toBeLessThanOrEqual(CONCURRENT)
    met.met('a rate was refused', tally(burst)['429 RATE_LIMITED'])
    met.met('a place in flight was refused', tally(burst)['503 CONCURRENCY_LIMITED'])
    met.met('all places in flight were taken', worstConcurrency(burst) === CONCURRENT ? 1 : 0)
    // From here on this client goes on calling through all that follows; the last test of this file looks at every window of it.
    background = openLoad(target(steady, 0.2), { perSecond: 6, seed: 11 })
  })
})

describe('F18: a gateway is killed at the peak', () => {
  const DYING = GATEWAYS - 1

  it('leaves the others unharmed and the limits whole; its statements end, its places are free in 15 s, and it comes back', async () => {
    const dying = system.gateways[DYING]
    if (dying === undefined) throw new Error('there must be a third gateway')
    const holder = await client('holder', { max_concurrent: 2 })
    const peak = await client('peak', { rate_limit_per_minute: PER_MINUTE, max_concurrent: CONCURRENT })
    const holding: Target = { urls: urls(), path: () => 'held', token: holder.token }
    const held = Promise.all([attempt(holding, DYING), attempt(holding, DYING)])
    await waitUntil(async () => (await external.running('held')) === 2, { withinMs: 5000 })
    const load = openLoad(target(peak, 0.4), { perSecond: 25, seed: 3 })
    await waitUntil(() => admitted(load.attempts) >= 8, { withinMs: 10_000 })

    const killedMs = Date.now()
    await dying.kill()
    expect((await held).map(({ status }) => status)).toEqual([0, 0])
    const short: Target = { ...holding, path: () => 'limited' }
    const refused = await attempt(short, 0)
    met.met('F18 places of the killed gateway were still taken', refused.code === 'CONCURRENCY_LIMITED' ? 1 : 0)

    await waitUntil(async () => (await external.running('held')) === 0, { withinMs: 10_000, what: 'no orphan' })
    await waitUntil(() => load.attempts.filter(({ sentMs }) => sentMs > killedMs).length > 40, { withinMs: 10_000 })
    dying.spawn()
    await waitUntil(async () => (await call('GET', `${dying.url}/api/quick`)).status === 200, {
      withinMs: BACK_MS,
      what: 'the killed gateway serving again',
    })

    const attempts = await load.stop()
    met.met('F18 a call died with its gateway', attempts.filter(({ status }) => status === 0).length)
    const others = Object.keys(tally(attempts.filter(({ gateway }) => gateway !== DYING)))
    expect(others.filter((name) => !/^(200|429 RATE_LIMITED|503 CONCURRENCY_LIMITED)$/.test(name))).toEqual([])
    expect(admitted(attempts)).toBeLessThanOrEqual(PER_MINUTE)
    expect(worstConcurrency(attempts)).toBeLessThanOrEqual(CONCURRENT)
    await waitUntil(async () => (await attempt(short, 0)).status === 200, { withinMs: LEASE_MS + 3000 })
    // A second for the machine, beside the lease itself.
    expect(Date.now() - killedMs).toBeLessThan(LEASE_MS + 1000)
  })
})

describe.each([
  ['slow', -300_000],
  ['fast', 300_000],
])('F22: the clock of a gateway is five minutes %s', (_, skewMs) => {
  const PER_ADDRESS = 15

  it('limits are as they were, because their time is that of Redis; tokens are refused, and the gateway says that it is not ready', async () => {
    const path = `clocked${skewMs < 0 ? '_slow' : '_fast'}`
    const limit = { rate_limit_per_minute: PER_ADDRESS }
    await publishedApi(admin, external, { name: path, path, content: 'SELECT 1 AS one', ...limit })
    const skewed = await system.addGateway({
      NODE_OPTIONS: `--import=${new URL('./harness/skewed-clock.mjs', import.meta.url).href}`,
      FAULT_CLOCK_SKEW_MS: String(skewMs),
    })
    // A minute is the shortest life: it is over for a clock that is five minutes fast, and has not begun for one that is slow.
    const young = await client(`young ${path}`, { token_expire_seconds: 60 })
    skewed.spawn()
    const all = [...system.gateways, skewed].map(({ url }) => url)
    for (const url of all)
      await waitUntil(async () => (await call('HEAD', `${url}/api/quick`)).status === 200, { withinMs: 15_000 })
    const statuses = await Promise.all(
      Array.from(
        { length: 40 },
        async (_each, at) => (await call('GET', `${all[at % all.length] ?? ''}/api/${path}`)).status,
      ),
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(PER_ADDRESS)
    expect(statuses.filter((status) => status === 429)).toHaveLength(40 - PER_ADDRESS)
    const refused = await attempt({ urls: [skewed.url], path: () => 'limited', token: young.token }, 0)
    expect([refused.status, refused.code]).toEqual([401, 'TOKEN_REJECTED'])
    met.met('F22 a token was refused by a gateway whose clock is off')

    await waitUntil(async () => (await call('GET', `${skewed.opsUrl}/health/ready`)).body.data?.includes('clock'), {
      withinMs: 15_000,
      what: 'not being ready for its clock',
    })
    expect(
      Math.abs((await metric(skewed, 'penstock_clock_skew_seconds', 'reference="redis"')) - skewMs / 1000),
    ).toBeLessThan(3)
    met.met('F22 a clock was found to be off')
    for (const { opsUrl } of system.gateways) expect((await call('GET', `${opsUrl}/health/ready`)).status).toBe(200)
    await skewed.kill()
  })
})

describe('F28: callers leave in the middle of their query', () => {
  const CALLERS = 300
  const AT_A_TIME = 25

  it('their statements are stopped within a second, their places and connections are given back', async () => {
    const leaving = await client('leaving', { max_concurrent: AT_A_TIME })
    const [gateway] = system.gateways
    if (gateway === undefined) throw new Error('there must be a gateway')
    const openFiles = await metric(gateway, 'process_open_fds')
    for (let wave = 0; wave < CALLERS / AT_A_TIME; wave += 1) {
      const gone = new AbortController()
      const calls = Array.from({ length: AT_A_TIME }, () =>
        fetch(`${gateway.url}/api/left_behind`, {
          headers: { authorization: `Bearer ${leaving.token}` },
          signal: gone.signal,
        }).then(
          (answer) => answer.status,
          () => 0,
        ),
      )
      // Every place is needed by every wave: a single one that is lost would leave it short.
      await waitUntil(async () => (await external.running('left_behind')) === AT_A_TIME, {
        withinMs: 10_000,
        what: `${AT_A_TIME} statements of wave ${wave}`,
      })
      met.met('F28 a statement was running when its caller left', AT_A_TIME)
      gone.abort()
      expect(new Set(await Promise.all(calls))).toEqual(new Set([0]))
      await waitUntil(async () => (await external.running('left_behind')) === 0, { withinMs: 1000, what: 'none left' })
    }
    const again = await attempt({ urls: [gateway.url], path: () => 'limited', token: leaving.token }, 0)
    expect(again.status).toBe(200)
    await waitUntil(async () => (await metric(gateway, 'process_open_fds')) <= openFiles + 2 * AT_A_TIME, {
      withinMs: 5000,
      what: 'sockets closed again',
    })
    expect((await external.activity()).inTransaction).toBe(0)
  })
})

describe('F29: callers who take for ever', () => {
  it('are cut, each at its time, and others do not notice them', async () => {
    const [gateway] = system.gateways
    if (gateway === undefined) throw new Error('there must be a gateway')
    const quick: Target = { urls: [gateway.url], path: () => 'quick' }
    const before = await loadFor(quick, { perSecond: 40, forMs: 1500 })
    const slow = {
      head: Array.from({ length: 100 }, () => slowCaller(gateway.url, 'quick', 'head')),
      body: Array.from({ length: 100 }, () => slowCaller(gateway.url, 'taken', 'body')),
      reader: Array.from({ length: 3 }, () => slowCaller(gateway.url, 'big', 'reader')),
    }
    // Making big answers is work, whoever reads them: what counts is what holding them costs.
    await waitUntil(() => slow.reader.every((one) => one.hasAnswer()), { withinMs: 8000, what: 'the big answers' })
    const meanwhile = openLoad(quick, { perSecond: 40 })
    const latest = async (callers: readonly { cutAfterMs: Promise<number> }[]) =>
      Math.max(...(await Promise.all(callers.map(({ cutAfterMs }) => cutAfterMs))))
    const [headMs, bodyMs, readerMs] = await Promise.all([latest(slow.head), latest(slow.body), latest(slow.reader)])
    const others = await meanwhile.stop()
    // 10, 15 and 10 seconds, the time between two looks at all connections, and what a busy machine adds.
    expect(headMs).toBeLessThan(10_000 + 2_000 + 1_500)
    expect(bodyMs).toBeLessThan(15_000 + 2_000 + 1_500)
    // From their first bytes on, which came within the eight seconds above.
    expect(readerMs).toBeLessThan(8_000 + READS_AFTER_MS + 2_000)
    expect(slow.reader.filter((one) => one.answer().length > BIG_BYTES)).toEqual([])
    met.met('F29 a slow head was cut', slow.head.filter((one) => one.answer().includes(' 408 ')).length)
    met.met('F29 a slow body was cut', slow.body.filter((one) => one.answer().includes(' 408 ')).length)
    met.met('F29 a reader that stood still was cut', slow.reader.length)
    expect(tally(others)).toEqual({ '200': others.length })
    expectUnhurried(others, before)
  })
})

describe('through all of that', () => {
  it('no window of a minute held more calls of the steady client than it may make, and never more were in flight', async () => {
    // Past the minute of the burst: its places come back one by one, and the client takes them.
    await waitUntil(() => Date.now() > startedMs + WINDOW_MS + 6000, { withinMs: 70_000 })
    steadyHistory = [...steadyHistory, ...(await background.stop())]
    met.met('a second window was used', admitted(steadyHistory) - PER_MINUTE)
    expect(worstWindow(steadyHistory, WINDOW_MS)).toBeLessThanOrEqual(PER_MINUTE)
    expect(worstConcurrency(steadyHistory)).toBeLessThanOrEqual(CONCURRENT)
  }, 80_000)
})
