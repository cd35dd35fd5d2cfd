import { ACCESS_RECORD_STREAM } from '@penstock/contracts'
import type { Observation } from '@penstock/observations'
import { startRedis, tcpProxy, waitUntil, type OwnedRedis, type TcpProxy } from '@penstock/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiEntry } from '../test/build-snapshot.js'
import { gatewayUnderTest, type GatewayUnderTest } from '../test/gateway-under-test.js'
import { deliverByStream } from './deliver-by-stream.js'

const { key, field, lengthMax } = ACCESS_RECORD_STREAM
const STILL = new AbortController().signal
let server: OwnedRedis
let redis: Redis
let network: TcpProxy

beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
  const { hostname, port } = new URL(server.url)
  network = await tcpProxy({ host: hostname, port: Number(port) })
})
afterAll(async () => {
  redis.disconnect()
  await network.close()
  await server.stop()
})
beforeEach(() => redis.del(key))

function delivery() {
  const toAdmin: string[] = []
  const facts: Observation[] = []
  let nowMs = 0
  let away = false
  const deliver = deliverByStream({
    commands: {
      run: (lua, keys, args) =>
        away ? Promise.reject(new Error('away')) : redis.call('EVAL', lua, keys.length, ...keys, ...args),
    },
    otherwise: async (body) => {
      toAdmin.push(body.toString())
      return 'taken'
    },
    observe: (fact) => facts.push(fact),
    monotonicMs: () => nowMs,
  })
  return {
    toAdmin,
    facts,
    deliver: (text: string) => deliver(Buffer.from(text), STILL),
    setAway: (value: boolean) => (away = value),
    pass: (ms: number) => (nowMs += ms),
  }
}

describe('delivering by stream', () => {
  it('puts each batch on the stream as it is', async () => {
    const { deliver, toAdmin } = delivery()
    expect(await deliver('{"é":1}')).toBe('taken')
    expect(await redis.xrange(key, '-', '+')).toEqual([[expect.any(String), [field, '{"é":1}']]])
    expect(toAdmin).toEqual([])
  })

  it('gives batches to admin once the stream is full, so that none is trimmed away', async () => {
    const { deliver, toAdmin, facts } = delivery()
    for (let index = 0; index < lengthMax + 2; index++) await deliver(`${index}`)
    expect(await redis.xlen(key)).toBe(lengthMax)
    expect(toAdmin).toEqual([`${lengthMax}`, `${lengthMax + 1}`])
    expect(facts).toMatchObject([{ kind: 'access-records.route', via: 'admin' }])
    await redis.del(key)
    await deliver('again')
    expect(await redis.xlen(key)).toBe(1)
    expect(facts).toMatchObject([{ via: 'admin' }, { via: 'redis' }])
  })

  it('gives batches to admin while Redis is away, without asking it for each of them', async () => {
    const { deliver, toAdmin, setAway, pass } = delivery()
    setAway(true)
    await deliver('first')
    setAway(false)
    await deliver('second')
    expect(toAdmin).toEqual(['first', 'second'])
    pass(5_000)
    await deliver('third')
    expect(await redis.xlen(key)).toBe(1)
  })
})

describe('a gateway with Redis', () => {
  let under: GatewayUnderTest
  beforeAll(async () => {
    under = await gatewayUnderTest({ REDIS_URL: network.via(server.url) })
    await under.publish([apiEntry('nothing', 'select 1')])
  })
  afterAll(() => under.stop())
  const paths = async () =>
    (await redis.xrange(key, '-', '+')).flatMap(([, [, text = '{}']]) =>
      (JSON.parse(text) as { records: { path: string }[] }).records.map(({ path }) => path),
    )

  it('sends the records of its calls over the stream, refused ones included', async () => {
    await fetch(`${under.url}/api/refused`)
    await waitUntil(async () => (await paths()).includes('/api/refused'), { withinMs: 5_000, what: 'the record' })
    expect(under.admin.records).toEqual([])
  })

  it('sends them to admin while Redis is away', async () => {
    network.cut()
    await fetch(`${under.url}/api/while-away`)
    const arrived = () => under.admin.records.some(({ path }) => path === '/api/while-away')
    await waitUntil(arrived, { withinMs: 5_000, what: 'the record' })
    network.heal()
  })
})
