import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SnapshotEntry } from '@penstock/contracts'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startGateway, type RunningGateway } from './start-gateway.js'
import { apiEntry, buildSnapshot, type BuiltSnapshot, datasourceEntry, keyEntries } from './test/build-snapshot.js'
import { FakeAdmin } from './test/fake-admin.js'
import { gatewayConfig, metricOf, reached, waitFor } from './test/gateway-under-test.js'

const OTHER_EPOCH = '8c2f4f0e-9d0e-4c55-9a39-0d7d5c2b1a99'

let database: FreshDatabase
let db: pg.Client
let admin: FakeAdmin
let stateDir: string
let gateways: RunningGateway[]

/** As far as these tests look at it. */
interface AnswerBody {
  readonly data: readonly Record<string, unknown>[]
  readonly code: string
}
const bodyOf = async (answer: Response) => (await answer.json()) as AnswerBody

beforeAll(async () => {
  database = await freshDatabase()
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
})
afterAll(async () => {
  await db.end()
  await database.drop()
})

beforeEach(async () => {
  admin = await new FakeAdmin().start()
  stateDir = mkdtempSync(join(tmpdir(), 'gateway-state-'))
  gateways = []
})
afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop('test')))
  await admin.kill()
  rmSync(stateDir, { recursive: true, force: true })
})

const start = async (environment: Record<string, string> = {}): Promise<RunningGateway> => {
  const gateway = await startGateway(
    // Where admin is away at the end, its records wait no longer than this.
    gatewayConfig(admin.url, stateDir, { GATEWAY_DRAIN_TIMEOUT: '1', ...environment }),
  )
  gateways.push(gateway)
  return gateway
}
const stop = async (gateway: RunningGateway): Promise<void> => {
  gateways.splice(gateways.indexOf(gateway), 1)
  await gateway.stop('test')
}
/** The same API in the version of a revision: what it answers is the revision. */
const VALUE_ID = '00000000-0000-4000-8000-00000000aaaa'
const valueApi = (value: number) => apiEntry('value', `select ${value} as value`, { id: VALUE_ID, version: value })
const base = (): SnapshotEntry[] => [...keyEntries(), datasourceEntry(database.url)]
const snapshot = (
  revision: number,
  options: { epoch?: string; key?: Uint8Array; format?: number } = {},
): BuiltSnapshot => buildSnapshot([...base(), valueApi(revision)], { revision, ...options })
const valueOf = async (gateway: RunningGateway): Promise<unknown> => {
  const answer = await fetch(`${gateway.url}/api/value`)
  return answer.ok ? (await bodyOf(answer)).data[0]?.['value'] : answer.status
}
/** By the gateway's own count: it has looked at its files and found that it cannot use them. */
const filesRefused = async (gateway: RunningGateway) =>
  (await metricOf(gateway, 'penstock_snapshot_last_good_refused_total')) ?? 0
/** A call has reached the database and is in its pg_sleep. */
const statementSleeps = () =>
  waitFor(async () => {
    const { rowCount } = await db.query(
      `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
    )
    return rowCount === 1
  })
const lastBeat = () => admin.heartbeats.at(-1)
const snapshotFiles = () => {
  const folder = join(stateDir, '0')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name))
}

describe('a gateway without a snapshot', () => {
  it('lives, is not ready, answers 503 and no 404, and serves with the first publish', async () => {
    const gateway = await start()
    expect((await fetch(`${gateway.opsUrl}/health/live`)).status).toBe(200)
    const ready = await fetch(`${gateway.opsUrl}/health/ready`)
    expect([ready.status, (await bodyOf(ready)).data]).toEqual([503, ['snapshot']])
    expect(await valueOf(gateway)).toBe(503)
    admin.publish(snapshot(1))
    await reached(gateway, 1)
    expect(await valueOf(gateway)).toBe(1)
  })
})

describe('a publish', () => {
  it('is served within the time that the fetch takes, and fetches only what is new', async () => {
    const gateway = await start()
    admin.publish(snapshot(1))
    await reached(gateway, 1)
    admin.bodyRequests.length = 0
    admin.publish(snapshot(2))
    await waitFor(async () => (await valueOf(gateway)) === 2)
    expect(admin.bodyRequests.map((hashes) => hashes.length)).toEqual([1, 1])
    await waitFor(() => lastBeat()?.revision === 2)
    expect(lastBeat()).toMatchObject({ source: 'http', persisted: true, error: null, entry_errors: {} })
  })

  it('that takes everything away is obeyed, because it is signed', async () => {
    const gateway = await start()
    admin.publish(snapshot(1))
    await reached(gateway, 1)
    admin.publish(buildSnapshot([], { revision: 2 }))
    await reached(gateway, 2)
    expect(await valueOf(gateway)).toBe(404)
  })

  it('every 50 ms under load fails no call and never gives a mix', async () => {
    const gateway = await start({
      FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
      FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT: '0',
    })
    // Two statements of one version: an answer of two versions at once would show here.
    const pair = (value: number) =>
      apiEntry('pair', `select ${value} as a; select ${value} as b`, { id: VALUE_ID, version: value })
    const publish = (revision: number) => admin.publish(buildSnapshot([...base(), pair(revision)], { revision }))
    publish(1)
    await reached(gateway, 1)
    let publishing = true
    const answers: { status: number; a: number; b: number; published: number }[] = []
    let revision = 1
    const caller = async () => {
      while (publishing) {
        const answer = await fetch(`${gateway.url}/api/pair`)
        const { data } = (await answer.json()) as { data?: [[{ a: number }], [{ b: number }]] }
        answers.push({
          status: answer.status,
          a: data?.[0][0].a ?? -1,
          b: data?.[1][0].b ?? -2,
          published: revision,
        })
      }
    }
    const callers = Array.from({ length: 8 }, caller)
    while (revision < 30) {
      publish(++revision)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await reached(gateway, 30)
    publishing = false
    await Promise.all(callers)
    expect(answers.length).toBeGreaterThan(100)
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    expect(answers.filter(({ a, b, published }) => a !== b || a > published)).toEqual([])
    expect(new Set(answers.map(({ a }) => a)).size).toBeGreaterThan(3)
  })
})

describe('while admin is away', () => {
  it('everything is served on, and the next publish arrives when it is back', async () => {
    const gateway = await start()
    admin.publish(snapshot(1))
    await reached(gateway, 1)
    await admin.kill()
    expect(await valueOf(gateway)).toBe(1)
    admin.publish(snapshot(2))
    await admin.start()
    await waitFor(async () => (await valueOf(gateway)) === 2)
  })

  it('a restart serves from the last good file, and says where it came from', async () => {
    const first = await start()
    admin.publish(snapshot(1))
    await reached(first, 1)
    await stop(first)
    await admin.kill()
    const startedMs = performance.now()
    const second = await start()
    await waitFor(async () => (await valueOf(second)) === 1)
    expect(performance.now() - startedMs).toBeLessThan(2500)
    await admin.start()
    await waitFor(() => lastBeat()?.source === 'file' && lastBeat()?.revision === 1)
  })

  it('a corrupt last good file gives way to the one before; without any the gateway is not ready and serves no 404', async () => {
    const first = await start()
    for (const revision of [1, 2]) {
      admin.publish(snapshot(revision))
      await reached(first, revision)
    }
    await stop(first)
    await admin.kill()
    const [older, newest] = snapshotFiles()
    if (newest === undefined || older === undefined) throw new Error('there must be two files')
    writeFileSync(newest, readFileSync(newest, 'utf8').replace('"revision\\":2', '"revision\\":3'))
    const second = await start()
    await waitFor(async () => (await valueOf(second)) === 1)
    await stop(second)
    writeFileSync(older, 'garbage')
    const third = await start()
    await waitFor(async () => (await filesRefused(third)) >= 2)
    expect(await valueOf(third)).toBe(503)
    expect((await fetch(`${third.opsUrl}/health/ready`)).status).toBe(503)
  })

  it('a last good file that was signed with another key is not used', async () => {
    const first = await start()
    admin.publish(snapshot(1))
    await reached(first, 1)
    await stop(first)
    await admin.kill()
    const second = await start({ GATEWAY_KEY: 'another-gateway-key-that-is-long-enough-too' })
    await waitFor(async () => (await filesRefused(second)) >= 1)
    expect(await valueOf(second)).toBe(503)
  })
})

describe('what is refused', () => {
  const refusedFor = async (candidate: BuiltSnapshot, reason: RegExp): Promise<RunningGateway> => {
    const gateway = await start()
    admin.publish(snapshot(5))
    await reached(gateway, 5)
    admin.publish(candidate)
    await waitFor(() => reason.test(lastBeat()?.error ?? ''))
    expect(await valueOf(gateway)).toBe(5)
    expect(lastBeat()?.revision).toBe(5)
    return gateway
  }

  it('an older revision of the same epoch', async () => {
    await refusedFor(snapshot(4), /revision 4 is older than 5/)
  })

  it('a manifest that is signed with another key', async () => {
    await refusedFor(snapshot(6, { key: new Uint8Array(32) }), /not signed/)
  })

  it('a format that is not known', async () => {
    await refusedFor(snapshot(6, { format: 99 }), /format 99/)
  })

  it('a body that does not match its hash; the sound snapshot after it is served', async () => {
    const sound = snapshot(6)
    const bodies = new Map([...sound.bodies].map(([hash, body]) => [hash, body.replace('select 6', 'select 7')]))
    const gateway = await refusedFor({ signed: sound.signed, bodies }, /do not match their hash/)
    admin.publish(snapshot(7))
    await waitFor(async () => (await valueOf(gateway)) === 7)
    await waitFor(() => lastBeat()?.error === null)
  })

  it('but another epoch from admin is taken, even with a lower revision', async () => {
    const gateway = await start()
    admin.publish(snapshot(5))
    await reached(gateway, 5)
    admin.publish(snapshot(2, { epoch: OTHER_EPOCH }))
    await waitFor(async () => (await valueOf(gateway)) === 2)
  })
})

describe('an entry that does not compile', () => {
  const damaged = (value: number): SnapshotEntry => {
    const entry = valueApi(value)
    return { ...entry, sql: { ...entry.sql, program: { format: 999 } } }
  }

  it('keeps its old version and is reported, while the others apply', async () => {
    const gateway = await start()
    admin.publish(snapshot(1))
    await reached(gateway, 1)
    admin.publish(buildSnapshot([...base(), damaged(2), apiEntry('other', 'select 2 as value')], { revision: 2 }))
    await reached(gateway, 2)
    expect(await valueOf(gateway)).toBe(1)
    expect((await fetch(`${gateway.url}/api/other`)).status).toBe(200)
    await waitFor(() => /format 999/.test(lastBeat()?.entry_errors[`api:${VALUE_ID}`] ?? ''))
    admin.publish(snapshot(3))
    await waitFor(async () => (await valueOf(gateway)) === 3)
    await waitFor(() => Object.keys(lastBeat()?.entry_errors ?? { x: 1 }).length === 0)
  })

  it('answers 500 when it has no old version, and does not look unpublished', async () => {
    const gateway = await start()
    admin.publish(buildSnapshot([...base(), damaged(1)], { revision: 1 }))
    await reached(gateway, 1)
    const answer = await fetch(`${gateway.url}/api/value`)
    expect([answer.status, (await bodyOf(answer)).code]).toEqual([500, 'API_BROKEN'])
  })
})

describe('a data source that changes', () => {
  it('is followed while calls on the old one finish', async () => {
    const gateway = await start()
    const other = await freshDatabase()
    const named = (url: string, revision: number) =>
      buildSnapshot(
        [
          ...keyEntries(),
          datasourceEntry(url),
          apiEntry('where', 'select current_database() as name', { id: VALUE_ID }),
          apiEntry('waits', 'select pg_sleep(0.5)::text as slept, current_database() as name', {
            id: '00000000-0000-4000-8000-00000000bbbb',
            clean: false,
          }),
        ],
        { revision },
      )
    admin.publish(named(database.url, 1))
    await reached(gateway, 1)
    const nameOf = async (path: string) => (await bodyOf(await fetch(`${gateway.url}/api/${path}`))).data[0]?.['name']
    const before = await nameOf('where')
    const inFlight = nameOf('waits')
    await statementSleeps()
    admin.publish(named(other.url, 2))
    await reached(gateway, 2)
    expect(await nameOf('where')).not.toBe(before)
    expect(await inFlight).toBe(before)
    await other.drop()
  })
})

describe('shutdown', () => {
  it('is unready at once, lets calls in flight finish and delivers their records', async () => {
    const gateway = await start({ GATEWAY_DRAIN_WINDOW: '0.3' })
    const slow = apiEntry('slow', 'select pg_sleep(0.6)::text as slept', { clean: false })
    admin.publish(buildSnapshot([...base(), slow], { revision: 1 }))
    await reached(gateway, 1)
    const pending = fetch(`${gateway.url}/api/slow`)
    await statementSleeps()
    const stopped = stop(gateway)
    expect((await fetch(`${gateway.opsUrl}/health/ready`)).status).toBe(503)
    // The accept window: whoever the load balancer still sends is served.
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200)
    expect((await pending).status).toBe(200)
    await stopped
    expect(admin.records.find(({ path }) => path === '/api/slow')).toMatchObject({ status: 200 })
    await expect(fetch(`${gateway.url}/health`)).rejects.toThrow()
  })

  it('does not wait for a connection on which nothing was ever sent', async () => {
    const gateway = await start({ GATEWAY_DRAIN_TIMEOUT: '30' })
    const { hostname, port } = new URL(gateway.url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    await admin.kill()
    const startedMs = performance.now()
    await Promise.all([stop(gateway), once(socket, 'close')])
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  })

  it('ends calls that take longer than the drain timeout with 503', async () => {
    const gateway = await start({ GATEWAY_DRAIN_TIMEOUT: '0.2' })
    const slow = apiEntry('slow', 'select pg_sleep(20)::text as slept', { clean: false })
    admin.publish(buildSnapshot([...base(), slow], { revision: 1 }))
    await reached(gateway, 1)
    const pending = fetch(`${gateway.url}/api/slow`)
    await statementSleeps()
    await stop(gateway)
    const answer = await pending
    expect([answer.status, (await bodyOf(answer)).code]).toEqual([503, 'NOT_READY'])
  })
})
