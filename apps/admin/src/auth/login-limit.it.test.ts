import {
  freshDatabase,
  startRedis,
  tcpProxy,
  type FreshDatabase,
  type OwnedRedis,
  type TcpProxy,
} from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAdmin, type AdminUnderTest } from '../testing/admin-under-test.js'

let redis: OwnedRedis
let network: TcpProxy
let database: FreshDatabase
let admins: readonly AdminUnderTest[]

beforeAll(async () => {
  redis = await startRedis()
  const { hostname, port } = new URL(redis.url)
  network = await tcpProxy({ host: hostname, port: Number(port) })
  database = await freshDatabase()
  // Each signs its superuser in when it starts, which is an attempt too.
  const settings = { REDIS_URL: network.via(redis.url), AUTH_RATE_LIMIT_LOGIN: '6' }
  admins = [await startAdmin(database.url, settings), await startAdmin(database.url, settings)]
})
afterAll(async () => {
  for (const admin of admins) await admin.close()
  await network.close()
  await database.drop()
  await redis.stop()
})

const attempt = async (admin: AdminUnderTest | undefined) =>
  (await admin?.with(undefined).post('auth/login', { username: 'root', password: 'guess' }))?.status

it('counts attempts over all admin processes that share a Redis', async () => {
  const [one, other] = admins
  expect([await attempt(one), await attempt(other), await attempt(one), await attempt(other)]).toEqual([
    401, 401, 401, 401,
  ])
  expect([await attempt(one), await attempt(other)]).toEqual([429, 429])
})

it('goes on counting in each process while Redis is away', async () => {
  network.cut()
  const outcomes: (number | undefined)[] = []
  for (let index = 0; index < 12; index++) outcomes.push(await attempt(admins[0]))
  expect(outcomes.at(-1)).toBe(429)
  expect(outcomes.every((status) => status === 401 || status === 429)).toBe(true)
})
