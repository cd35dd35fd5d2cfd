import { createServer, type Server } from 'node:http'
import { waitUntil } from '@penstock/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultReporter } from './fault.js'
import { openFaultReporter } from './fault-reporter.js'
import { sentryTarget } from './sentry-dsn.js'

interface Received {
  readonly url: string | undefined
  readonly headers: Record<string, unknown>
  readonly lines: readonly string[]
}
let server: Server
let received: Received[]
let status: number
let reporter: FaultReporter

beforeEach(async () => {
  received = []
  status = 200
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { url, headers } = request
      received.push({ url, headers, lines: Buffer.concat(chunks).toString().split('\n') })
      response.writeHead(status, { 'retry-after': '30' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  reporter = await openFaultReporter({
    dsn: `http://public-key@127.0.0.1:${port}/sub/42`,
    service: 'gateway',
    release: '0.1.0',
    environment: 'production',
  })
})
afterEach(async () => {
  await reporter.close(1_000)
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })
})

const arrived = (count: number) =>
  waitUntil(() => received.length >= count, { withinMs: 5_000, what: `${count} envelopes` })
const eventOf = (one: Received | undefined) => JSON.parse(one?.lines[2] ?? '{}') as Record<string, never>

describe('reporting faults', () => {
  it('posts one envelope with the error, its causes and its frames to the project of the DSN', async () => {
    const error = new TypeError('cannot read', { cause: new Error('deeper') })
    reporter.report({ where: 'GET orders', error, tags: { code: 'INTERNAL' } })
    await arrived(1)
    const [one] = received
    expect(one?.url).toBe('/sub/api/42/envelope/')
    expect(one?.headers['x-sentry-auth']).toMatch(/sentry_version=7.*sentry_key=public-key/)
    expect(JSON.parse(one?.lines[0] ?? '')).toMatchObject({ event_id: expect.stringMatching(/^[0-9a-f]{32}$/) })
    expect(JSON.parse(one?.lines[1] ?? '')).toEqual({ type: 'event' })
    expect(eventOf(one)).toMatchObject({
      level: 'error',
      platform: 'node',
      transaction: 'GET orders',
      release: '0.1.0',
      environment: 'production',
      tags: { service: 'gateway', code: 'INTERNAL' },
      exception: { values: [{ value: 'deeper' }, { type: 'TypeError', value: 'cannot read' }] },
    })
    const frames = (eventOf(one) as unknown as { exception: { values: { stacktrace: { frames: object[] } }[] } })
      .exception.values[1]?.stacktrace.frames
    expect(frames?.at(-1)).toMatchObject({
      filename: expect.stringContaining('fault-reporter.it.test.ts'),
      lineno: expect.any(Number),
      in_app: true,
    })
  })

  it('redacts what it sends', async () => {
    const canary = 'canary-secret-0123456789'
    const error = new Error(`postgres://app:${canary}@db/x refused; Authorization: Bearer ${canary}`)
    reporter.report({ where: 'job', error })
    await arrived(1)
    expect(JSON.stringify(received)).not.toContain(canary)
  })

  it('sends no flood: at most five at a time, and nothing for as long as the server says', async () => {
    for (let index = 0; index < 100; index++) reporter.report({ where: 'flood', error: new Error(`${index}`) })
    await arrived(5)
    status = 429
    const before = received.length
    expect(before).toBe(5)
    await waitUntil(
      () => {
        reporter.report({ where: 'one more', error: 'text' })
        return received.length > before
      },
      { withinMs: 5_000, what: 'the answer that asks for silence' },
    )
    await reporter.close(1_000)
    const silent = received.length
    reporter.report({ where: 'too soon', error: 'text' })
    await reporter.close(1_000)
    expect(received.length).toBe(silent)
  })

  it('does no harm when nobody listens, and nothing at all without a DSN', async () => {
    const away = await openFaultReporter({
      dsn: 'http://k@127.0.0.1:1/1',
      service: 's',
      release: 'r',
      environment: 'e',
    })
    away.report({ where: 'x', error: new Error('x') })
    await away.close(1_000)
    const off = await openFaultReporter({ dsn: undefined, service: 's', release: 'r', environment: 'e' })
    off.report({ where: 'x', error: new Error('x') })
    await off.close(1_000)
  })
})

describe('a DSN', () => {
  it.each(['', 'nonsense', 'https://sentry.example/1', 'https://key@sentry.example/', 'ftp://key@sentry.example/1'])(
    'is refused: %s',
    (dsn) => {
      expect(sentryTarget(dsn)).toBeUndefined()
    },
  )
})
