import { randomUUID } from 'node:crypto'
import { ACCESS_RECORD_STREAM, type AccessRecord } from '@penstock/contracts'
import { migrate } from '@penstock/migrations'
import { freshDatabase, startRedis, tcpProxy, waitUntil, type OwnedRedis } from '@penstock/testing'
import { Redis } from 'ioredis'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RecordConsumer } from './consume-records.js'
import { openRecordIntake, type RecordIntake } from './open-record-consumer.js'
import type { RecordFact } from './record-fact.js'

const { key, group, field } = ACCESS_RECORD_STREAM
let server: OwnedRedis
let redis: Redis
let database: Awaited<ReturnType<typeof freshDatabase>>
let network: Awaited<ReturnType<typeof tcpProxy>>
let pool: pg.Pool
let direct: pg.Pool

beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
  database = await freshDatabase()
  await migrate({ url: database.url, sslMode: 'disable', sslCaFile: undefined, connectionsMax: 4 }, { verb: 'up' })
  const url = new URL(database.url)
  network = await tcpProxy({ host: url.hostname, port: Number(url.port) })
  pool = new pg.Pool({ connectionString: network.via(database.url), max: 3, connectionTimeoutMillis: 1000 })
  pool.on('error', () => undefined)
  direct = new pg.Pool({ connectionString: database.url, max: 2 })
})
afterAll(async () => {
  await pool.end()
  await direct.end()
  redis.disconnect()
  await network.close()
  await database.drop()
  await server.stop()
})
beforeEach(async () => {
  await redis.del(key)
  await direct.query('TRUNCATE access_records, access_record_batches')
})

const record = (fields: Partial<AccessRecord> = {}): AccessRecord => ({
  id: randomUUID(),
  at: new Date().toISOString(),
  request_id: 'r1',
  method: 'GET',
  path: '/api/x',
  status: 200,
  code: null,
  duration_ms: 1.5,
  rows: 1,
  response_bytes: 10,
  api_id: null,
  version: null,
  client_id: null,
  ip: '127.0.0.1',
  user_agent: 'curl\u0000',
  params: null,
  ...fields,
})
const batchOf = (records: readonly AccessRecord[], batch_id: string = randomUUID()) =>
  JSON.stringify({ batch_id, gateway_id: 'g1', records })
const add = (text: string, name: string = field) => redis.xadd(key, '*', name, text)
const stored = async () =>
  (await direct.query<{ n: number }>('SELECT count(*)::int AS n FROM access_records')).rows[0]?.n ?? -1
const drained = () =>
  waitUntil(async () => (await redis.xlen(key)) === 0, { withinMs: 15_000, what: 'an empty stream' })

/** A worker that runs for as long as the work does. */
async function withWorker(work: (facts: RecordFact[], intake: RecordIntake) => Promise<void>, idleMs?: number) {
  const facts: RecordFact[] = []
  const report = (fact: RecordFact) => facts.push(fact)
  const open = { redisUrl: server.url, database: pool, report }
  const intake = await openRecordIntake(idleMs === undefined ? open : { ...open, idleMs })
  const consumer: RecordConsumer = intake.start()
  try {
    await work(facts, intake)
  } finally {
    await consumer.stop(5_000)
    intake.close()
  }
}
const kinds = (facts: readonly RecordFact[]) => facts.map(({ kind }) => kind)

describe('access records over Redis', () => {
  it('are stored, what came before the first worker too, and leave the stream', async () => {
    await add(batchOf([record(), record()]))
    await withWorker(async (facts, intake) => {
      await add(batchOf([record()]))
      await drained()
      expect(await intake.stream.length()).toBe(0)
      await waitUntil(() => facts.length === 2, { withinMs: 5_000, what: 'two batches being told' })
      expect(kinds(facts)).toEqual(['records.stored', 'records.stored'])
    })
    expect(await stored()).toBe(3)
  })

  it('are stored once, whether their batch or they themselves come twice', async () => {
    const [one, other] = [record(), record()]
    const batch = batchOf([one, other])
    await withWorker(async () => {
      await add(batch)
      await add(batch)
      await add(batchOf([one]))
      await drained()
    })
    expect(await stored()).toBe(2)
  })

  it('are taken over from a worker that died with them in hand', async () => {
    await redis.xgroup('CREATE', key, group, '0', 'MKSTREAM')
    await add(batchOf([record()]))
    await redis.xreadgroup('GROUP', group, 'a worker that died', 'COUNT', 1, 'STREAMS', key, '>')
    await withWorker(async (facts) => {
      await drained()
      expect(kinds(facts)).toContain('records.taken-over')
    }, 50)
    expect(await stored()).toBe(1)
  })

  it('are shared by workers, each batch by one', async () => {
    for (let index = 0; index < 40; index++) await add(batchOf([record()]))
    await withWorker(async (first) => {
      await withWorker(async (second) => {
        await drained()
        await waitUntil(() => first.length + second.length === 40, { withinMs: 5_000, what: 'all batches being told' })
      })
    })
    expect(await stored()).toBe(40)
  })

  it('that can never be stored are dropped and told, without what they hold, and hold up nobody', async () => {
    await add('{"canary-secret"')
    await add(batchOf([record({ status: Number.NaN })]))
    await add(batchOf([record({ at: 'canary-secret' })]))
    await add(batchOf([record({ at: '2026-13-45T00:00:00Z' })]))
    await add('x', 'something else')
    await add(batchOf([record()]))
    await withWorker(async (facts) => {
      await drained()
      await waitUntil(() => facts.length === 6, { withinMs: 5_000, what: 'six facts' })
      expect(kinds(facts)).toEqual([...Array<string>(5).fill('records.poisoned'), 'records.stored'])
      expect(JSON.stringify(facts)).not.toContain('canary-secret')
    })
    expect(await stored()).toBe(1)
  })

  it('that ended five workers are not given to a sixth', async () => {
    await redis.xgroup('CREATE', key, group, '0', 'MKSTREAM')
    const id = await add(batchOf([record()]))
    await redis.xreadgroup('GROUP', group, 'first', 'COUNT', 1, 'STREAMS', key, '>')
    await redis.call('XCLAIM', key, group, 'fifth', 0, String(id), 'RETRYCOUNT', 5)
    await withWorker(async (facts) => {
      await drained()
      expect(kinds(facts)).toEqual(['records.taken-over', 'records.poisoned'])
    }, 50)
    expect(await stored()).toBe(0)
  })

  it('wait while the database is away, and are stored when it is back', async () => {
    await withWorker(async (facts) => {
      network.cut()
      await add(batchOf([record()]))
      await waitUntil(() => kinds(facts).includes('records.delayed'), { withinMs: 10_000, what: 'a delay' })
      expect(await redis.xlen(key)).toBe(1)
      network.heal()
      await drained()
    })
    expect(await stored()).toBe(1)
  })

  it('go on after Redis forgot stream and group', async () => {
    await withWorker(async () => {
      await add(batchOf([record()]))
      await drained()
      await redis.flushall()
      await add(batchOf([record()]))
      await waitUntil(async () => (await stored()) === 2, { withinMs: 10_000, what: 'the second record' })
    })
  })
})
