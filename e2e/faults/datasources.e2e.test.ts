// Data sources refuse, are slow, swallow everything, are replaced, are full, and send too much, while others must not notice: F14 to F17, F27.
import { startPostgres, waitUntil, type OwnedPostgres } from '@penstock/testing'
import pg from 'pg'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdminClient } from '../harness/admin-client.js'
import { publishedApi, type Flights } from '../harness/flights.js'
import { call } from '../harness/http.js'
import { startSystem, type Gateway, type System } from '../harness/start-system.js'
import {
  activityOf,
  externalDatabase,
  knownTo,
  networkTo,
  TIMED,
  TIMED_PARAMS,
  type ExternalDatabase,
} from './harness/external-database.js'
import { expectUnhurried, quantileMs, tally, type Attempt } from './harness/history.js'
import { loadFor, openLoad, type Target } from './harness/load.js'
import { metric } from './harness/metrics.js'
import { sometimes } from './harness/sometimes.js'

const POOL = 4
const MIB = 1024 * 1024
const BYTES_MAX = 32 * MIB

const met = sometimes(
  'F14 the data source was given up',
  'F15 statements ran past their time',
  'F15 a swallowed call ended by its time',
  'F16 sessions were ended under load',
  'F16 calls failed between the two servers',
  'F17 a call found the queue full or waited too long',
  'F17 callers left the queue',
  'F27 an answer was cut at its bytes',
  'F27 an answer was cut at its rows',
)

let system: System
let gateway: Gateway
let admin: AdminClient
let broken: ExternalDatabase
let neighbour: ExternalDatabase

const on = (path: string): Target => ({ urls: [gateway.url], path: () => path })
const publish = (place: Flights, path: string, content: string, more: Record<string, unknown> = {}) =>
  publishedApi(admin, place, { name: path, path, content, ...more })
const breaker = (name: string) => metric(gateway, 'penstock_datasource_breaker_open', `datasource="${name}"`)
const answers = (path: string) => async () => (await call('GET', `${gateway.url}/api/${path}`)).status === 200

/** What the neighbour's callers feel while something happens to the other one: nothing. */
async function unnoticed<T>(act: () => Promise<T>): Promise<T> {
  const before = await loadFor(on('near'), { perSecond: 40, forMs: 1000 })
  const meanwhile = openLoad(on('near'), { perSecond: 40 })
  try {
    return await act()
  } finally {
    const during = await meanwhile.stop()
    expect(tally(during)).toEqual({ '200': during.length })
    expectUnhurried(during, before)
  }
}

async function nothingLeft(place: ExternalDatabase, text: string): Promise<void> {
  await waitUntil(async () => (await place.running(text)) === 0, { withinMs: 2000, what: `no ${text} left` })
  await waitUntil(async () => (await place.activity()).inTransaction === 0, { withinMs: 1000 })
}

beforeAll(async () => {
  system = await startSystem({
    env: { FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0', FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT: '0' },
  })
  const [first] = system.gateways
  if (first === undefined) throw new Error('there must be a gateway')
  gateway = first
  admin = await system.signIn()
  broken = await externalDatabase(admin, { options: { pool_size: POOL, queue_size: 8, queue_timeout_ms: 800 } })
  neighbour = await externalDatabase(admin)
  await publish(neighbour, 'near', 'SELECT 1 AS one')
  await publish(broken, 'far', TIMED, { params: TIMED_PARAMS, timeout_ms: 1000 })
  await publish(broken, 'too_slow', `SELECT pg_sleep(30)::text AS too_slow`, { timeout_ms: 500 })
  for (const path of ['near', 'far']) await waitUntil(answers(path), { withinMs: 5000 })
}, 60_000)
afterAll(async () => {
  await system?.stop()
  await broken?.drop()
  await neighbour?.drop()
  met.demand()
})

describe('F14: a data source refuses', () => {
  it('its APIs say 502, at once when it was given up; others do not notice; it is back within 3 s', async () => {
    await unnoticed(async () => {
      broken.network.cut()
      const first = await loadFor(on('far'), { perSecond: 30, forMs: 700 })
      await waitUntil(async () => (await breaker(broken.name)) === 1, { withinMs: 2000, what: 'the breaker' })
      met.met('F14 the data source was given up')
      const later = await loadFor(on('far'), { perSecond: 30, forMs: 1500 })
      broken.network.heal()
      expect(tally([...first, ...later])).toEqual({ '502 DATASOURCE_REFUSED': first.length + later.length })
      expect(quantileMs(later, 0.9)).toBeLessThan(100)
      await waitUntil(answers('far'), { withinMs: 3000, what: 'the data source being used again' })
      expect(await breaker(broken.name)).toBe(0)
    })
  })
})

describe('F15: a data source is too slow', () => {
  it('a statement that takes too long ends with 504 at its time and is stopped on the server', async () => {
    await unnoticed(async () => {
      const calls = loadFor(on('too_slow'), { perSecond: 8, forMs: 1000 })
      await waitUntil(async () => (await broken.running('too_slow')) > 0, { withinMs: 2000 })
      const attempts = await calls
      met.met('F15 statements ran past their time', tally(attempts)['504 DATASOURCE_TIMEOUT'])
      expect(Object.keys(tally(attempts)).filter((name) => !/^(504|503 DATASOURCE_BUSY)/.test(name))).toEqual([])
      expect(quantileMs(attempts, 1)).toBeLessThan(500 + 1000)
      await nothingLeft(broken, 'too_slow')
    })
  })

  it('a network that swallows everything holds nobody longer than the call’s own time, and leaves nothing behind', async () => {
    await unnoticed(async () => {
      const load = openLoad({ urls: [gateway.url], path: () => 'far?seconds=0.05' }, { perSecond: 15 })
      await pause(500)
      broken.network.pause()
      await pause(3000)
      broken.network.heal()
      await waitUntil(answers('far'), { withinMs: 5000, what: 'the data source being used again' })
      const attempts = await load.stop()
      met.met('F15 a swallowed call ended by its time', tally(attempts)['504 DATASOURCE_TIMEOUT'])
      const others = Object.keys(tally(attempts)).filter(
        (name) => !/^(200|504 DATASOURCE_TIMEOUT|503 DATASOURCE_BUSY)$/.test(name),
      )
      expect(others).toEqual([])
      expect(quantileMs(attempts, 1)).toBeLessThan(1000 + 1000)
      await nothingLeft(broken, 'pg_sleep')
      expect((await broken.activity()).sessions).toBeLessThanOrEqual(POOL)
    })
  })
})

describe('F16: a data source is restarted or replaced under load', () => {
  it('its sessions are ended again and again: reads are asked once more, and no caller notices', async () => {
    const load = openLoad(on('far?seconds=0.01'), { perSecond: 40 })
    for (let round = 0; round < 5; round += 1) {
      await pause(300)
      met.met('F16 sessions were ended under load', await broken.terminate())
    }
    const attempts = await load.stop()
    expect(tally(attempts)).toEqual({ '200': attempts.length })
    await nothingLeft(broken, 'pg_sleep')
  })

  it('a standby takes its place: honest failures meanwhile, answers again within 5 s, nothing left in a transaction', async () => {
    const [primary, standby] = await Promise.all([startPostgres(), startPostgres()])
    const network = await networkTo(primary.url)
    try {
      const place = {
        ...(await knownTo(admin, primary.url, network, { pool_size: POOL })),
        drop: async () => undefined,
      }
      await publish(place, 'moved', TIMED, { params: TIMED_PARAMS })
      await waitUntil(answers('moved'), { withinMs: 3000 })
      const load = openLoad(on('moved?seconds=0.02'), { perSecond: 30 })
      await pause(500)
      await primary.stop()
      await pause(700)
      network.redirect(Number(new URL(standby.url).port))
      const replacedMs = Date.now()
      await waitUntil(answers('moved'), { withinMs: 5000, what: 'answers of the standby' })
      await pause(2500)
      const attempts = await load.stop()
      const failed = attempts.filter(({ status }) => status !== 200)
      met.met('F16 calls failed between the two servers', failed.length)
      expect(Object.keys(tally(failed)).filter((name) => name !== '502 DATASOURCE_REFUSED')).toEqual([])
      expect(failed.filter(({ sentMs }) => sentMs > replacedMs + 5000)).toEqual([])
      await expectNoTransaction(standby)
    } finally {
      await standby.stop()
      await network.close()
    }
  })

  async function expectNoTransaction({ url }: OwnedPostgres): Promise<void> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { inTransaction, sessions } = await activityOf(client)
    await client.end()
    expect([inTransaction, sessions > 0]).toEqual([0, true])
  }
})

describe('F17: every connection of a data source is in use', () => {
  const RUNNING = 2
  const WAITING = 4
  const WAIT_MS = 500
  let narrow: ExternalDatabase

  beforeAll(async () => {
    const options = { pool_size: RUNNING, queue_size: WAITING, queue_timeout_ms: WAIT_MS }
    narrow = await externalDatabase(admin, { options })
    await publish(narrow, 'narrow', TIMED, { params: TIMED_PARAMS })
    await waitUntil(answers('narrow'), { withinMs: 3000 })
  })
  afterAll(() => narrow?.drop())

  const together = (count: number, seconds: number, signal?: AbortSignal) =>
    Array.from({ length: count }, async () => {
      const sentMs = performance.now()
      const answer = await fetch(`${gateway.url}/api/narrow?seconds=${seconds}`, signal === undefined ? {} : { signal })
      await answer.arrayBuffer()
      return {
        status: answer.status,
        retryAfter: answer.headers.get('retry-after'),
        tookMs: performance.now() - sentMs,
      }
    })

  it('a few wait, in bounds of number and time; the others hear 503 with Retry-After, and other data sources do not notice', async () => {
    await unnoticed(async () => {
      const calls = await Promise.all(together(24, 0.35))
      const refused = calls.filter(({ status }) => status === 503)
      met.met('F17 a call found the queue full or waited too long', refused.length)
      expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([200, 503]))
      expect(refused.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true)
      expect(calls.length - refused.length).toBeGreaterThanOrEqual(RUNNING)
      expect(Math.max(...calls.map(({ tookMs }) => tookMs))).toBeLessThan(WAIT_MS + 350 + 1000)
      await nothingLeft(narrow, 'pg_sleep')
    })
  })

  it('callers who leave the queue leave their places in it to others', async () => {
    const running = together(RUNNING, 0.45)
    await waitUntil(async () => (await narrow.running('pg_sleep')) === RUNNING, { withinMs: 2000 })
    const gone = new AbortController()
    const leaving = together(WAITING, 0, gone.signal).map((one) => one.then(({ status }) => status).catch(() => 0))
    await pause(100)
    gone.abort()
    met.met('F17 callers left the queue', (await Promise.all(leaving)).filter((status) => status === 0).length)
    await pause(50)
    const next = await Promise.all(together(WAITING, 0))
    expect(next.map(({ status }) => status)).toEqual(next.map(() => 200))
    await Promise.all(running)
  })
})

describe('F27: a data source sends too much', () => {
  it('one row of 50 MB and ten million rows are cut where the limits say, in bounded memory, without holding up others', async () => {
    await publish(neighbour, 'wide', `SELECT repeat('x', 50000000) AS text`)
    await publish(neighbour, 'long', 'SELECT n FROM generate_series(1, 10000000) AS n')
    await waitUntil(async () => (await call('HEAD', `${gateway.url}/api/long`)).status === 200, { withinMs: 5000 })
    const resident = () => metric(gateway, 'process_resident_memory_bytes')
    const before = await resident()
    let peak = before
    const meanwhile = openLoad(on('far'), { perSecond: 30 })
    const attempts: Attempt[] = []
    try {
      for (const path of ['wide', 'long', 'wide', 'long']) {
        const { status, body } = await call('GET', `${gateway.url}/api/${path}`)
        expect([path, status, body.truncated]).toEqual([path, 200, true])
        if (path === 'wide') met.met('F27 an answer was cut at its bytes', body.data.length === 0 ? 1 : 0)
        else met.met('F27 an answer was cut at its rows', body.data.length === 10_000 ? 1 : 0)
        peak = Math.max(peak, await resident())
      }
    } finally {
      attempts.push(...(await meanwhile.stop()))
    }
    await nothingLeft(neighbour, 'generate_series')
    expect(tally(attempts)).toEqual({ '200': attempts.length })
    expectUnhurried(attempts)
    expect((peak - before) / MIB).toBeLessThan((2 * BYTES_MAX) / MIB)
  })
})
