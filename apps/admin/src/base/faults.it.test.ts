import { createServer } from 'node:http'
import { freshDatabase, tcpProxy, waitUntil, type FreshDatabase, type TcpProxy } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureFirstSuperuser } from '../users/first-superuser/ensure-first-superuser.js'
import { startAdmin, SUPERUSER, type AdminUnderTest } from '../testing/admin-under-test.js'

let database: FreshDatabase
let network: TcpProxy
let admin: AdminUnderTest
beforeAll(async () => {
  database = await freshDatabase()
  network = await tcpProxy({ port: Number(new URL(database.url).port) })
  admin = await startAdmin(network.via(database.url))
})
afterAll(async () => {
  await admin.close()
  await network.close()
  await database.drop()
})

/** A server that takes events as Sentry does. */
async function listenForEnvelopes() {
  const events: unknown[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      events.push(JSON.parse(Buffer.concat(chunks).toString().split('\n')[2] ?? 'null'))
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
  return { events, port: typeof address === 'object' && address !== null ? address.port : 0, close }
}

const health = () => admin.with(undefined).get('/api/v1/utils/health-check/')

describe('while the configuration database is away', () => {
  it('answers 503 with the name of what is missing, stays alive, and goes on by itself when it is back', async () => {
    network.cut()
    expect(await admin.get('users/me')).toMatchObject({
      status: 503,
      body: { code: 'SERVICE_UNAVAILABLE', success: false },
    })
    expect(await admin.with(undefined).post('auth/login', SUPERUSER)).toMatchObject({ status: 503 })
    expect(await health()).toMatchObject({ status: 503, body: { message: 'Service Unavailable', data: ['postgres'] } })
    expect((await admin.get('/health/live')).status).toBe(200)
    network.heal()
    await waitUntil(async () => (await health()).status === 200, { what: 'admin healthy again', withinMs: 15_000 })
    expect((await admin.get('users/me')).status).toBe(200)
  })

  it('503, and not a hung request, when the network swallows everything', async () => {
    network.pause()
    try {
      expect(await health()).toMatchObject({ status: 503, body: { data: ['postgres'] } })
    } finally {
      network.heal()
    }
    await waitUntil(async () => (await health()).status === 200, { what: 'admin healthy again', withinMs: 15_000 })
  })
})

describe('a fault of our own', () => {
  // A column that is gone stands for any bug.
  const broken = async (target: AdminUnderTest) => {
    const change = (sql: string) => target.process.ports.database.transaction((tx) => tx.query(sql))
    await change('ALTER TABLE modules RENAME COLUMN sort_order TO gone')
    try {
      return await target.get('modules')
    } finally {
      await change('ALTER TABLE modules RENAME COLUMN gone TO sort_order')
    }
  }

  it('500: says why outside production, and logs it with the request id', async () => {
    const { status, body } = await broken(admin)
    expect(status).toBe(500)
    expect(body).toMatchObject({
      code: 'INTERNAL',
      message: 'Internal server error',
      detail: expect.stringContaining('sort_order'),
    })
    expect(admin.logged.some((line) => line.includes((body as { request_id: string }).request_id))).toBe(true)
  })

  it('500: says nothing in production, and reports the fault where SENTRY_DSN says', async () => {
    const other = await freshDatabase()
    const sentry = await listenForEnvelopes()
    const SENTRY_DSN = `http://key@127.0.0.1:${sentry.port}/7`
    const production = await startAdmin(other.url, { ENVIRONMENT: 'production', SENTRY_DSN })
    try {
      const { status, body } = await broken(production)
      expect(status).toBe(500)
      expect(Object.keys(body as object).sort()).toEqual(['code', 'data', 'message', 'request_id', 'success'])
      await waitUntil(() => sentry.events.length > 0, { withinMs: 5_000, what: 'the report' })
      const { request_id } = body as { request_id: string }
      expect(sentry.events).toMatchObject([{ environment: 'production', tags: { service: 'admin', request_id } }])
    } finally {
      await production.close()
      await sentry.close()
      await other.drop()
    }
  })
})

describe('the first superuser', () => {
  it('is made once, also by two that start at once', async () => {
    const { ports } = admin.process
    const first = { username: 'second-root', password: 'another good password' }
    expect(await ensureFirstSuperuser(ports, first)).toBe(false)
    await ports.database.transaction((tx) => tx.query('UPDATE users SET is_superuser = false RETURNING id'))
    const made = await Promise.all([ensureFirstSuperuser(ports, first), ensureFirstSuperuser(ports, first)])
    expect(made.sort()).toEqual([false, true])
    await ports.database.transaction((tx) => tx.query('UPDATE users SET is_superuser = false RETURNING id'))
    await expect(ensureFirstSuperuser(ports, { username: 'x', password: undefined })).rejects.toThrow(
      /FIRST_SUPERUSER_PASSWORD/,
    )
  })
})
