import { connect, type Socket } from 'node:net'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiEntry, datasourceEntry } from '../test/build-snapshot.js'
import { gatewayUnderTest, type GatewayUnderTest } from '../test/gateway-under-test.js'

let database: FreshDatabase
let under: GatewayUnderTest

beforeAll(async () => {
  database = await freshDatabase()
  under = await gatewayUnderTest({
    GATEWAY_MAX_BODY_BYTES: '2000000',
    GATEWAY_MAX_CONNECTIONS: '20',
    TRUSTED_PROXY_COUNT: '1',
    FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
  })
  await under.publish([
    datasourceEntry(database.url),
    apiEntry('one', 'select 1 as one'),
    apiEntry('office', 'select 1 as one', { ip_allow: ['203.0.113.0/24'] }),
    apiEntry('post', 'select {{ id }} as id', { method: 'POST', params: [{ name: 'id', location: 'body' }] }),
  ])
})
afterAll(async () => {
  await under.stop()
  await database.drop()
})

/** Writes bytes to a socket of its own and gives all that comes until it is closed, or until it ends with `until`. */
const raw = (text: string, until?: string) =>
  new Promise<string>((resolve, reject) => {
    const socket = open()
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      if (until !== undefined && answer.endsWith(until)) socket.destroy()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? undefined : reject(error)))
    socket.write(text, 'latin1')
  })
function open(): Socket {
  const { hostname, port } = new URL(under.url)
  return connect(Number(port), hostname)
}
const GET = 'GET /api/one HTTP/1.1\r\nHost: x\r\n'
const POST = 'POST /api/post HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
const answersIn = (text: string) => text.match(/HTTP\/1\.1 \d{3}/g) ?? []

describe('what is not quite HTTP', () => {
  it.each([
    ['a length and chunks at once', `${POST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${POST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['a length that is none', `${POST}Content-Length: 2x\r\n\r\n{}`],
    ['chunks that are none', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
    ['a transfer coding behind chunked', `${POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['a blank before a colon', `${GET}X-One : 1\r\n\r\n`],
    ['a header that is folded', `${GET}X-One: 1\r\n two\r\n\r\n`],
    ['a line that ends early', 'GET /api/one HTTP/1.1\nHost: x\n\n\0'],
    ['a byte of no text in a header', `${GET}X-One: a\0b\r\n\r\n`],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a method that nobody knows', 'STEAL /api/one HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('is answered with one 400 in the usual form, and the connection is closed: %s', async (_what, bytes) => {
    const answer = await raw(`${bytes}GET /api/one HTTP/1.1\r\nHost: smuggled\r\n\r\n`)
    expect(answersIn(answer)).toEqual(['HTTP/1.1 400'])
    expect(answer).toContain('"success":false')
    expect(answer.toLowerCase()).toContain('connection: close')
  })

  it('is answered with a bare 400 when it names no host', async () => {
    const answer = await raw('GET /api/one HTTP/1.1\r\n\r\n')
    expect(answersIn(answer)).toEqual(['HTTP/1.1 400'])
  })

  it.each([
    ['a header of a megabyte', `${GET}X-Long: ${'a'.repeat(1_000_000)}\r\n\r\n`],
    ['a hundred thousand query parameters', `GET /api/one?${'a=1&'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ])('is answered with 431: %s', async (_what, bytes) => {
    const startedMs = performance.now()
    const answer = await raw(bytes).catch(() => 'reset')
    // The answer may be lost with the connection when more bytes were on their way.
    if (answer !== 'reset' && answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 431 [\s\S]*HEAD_TOO_LARGE/)
    expect(performance.now() - startedMs).toBeLessThan(2_000)
  })
})

describe('bodies that were made to hurt', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${under.url}/api/post`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }

  it('are answered fast and never with 500: deep JSON, many members, many form fields, compressed ones', async () => {
    const startedMs = performance.now()
    for (const [body, headers, statuses] of [
      [`{"id":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, {}, [200, 400]],
      ['['.repeat(500_000), {}, [400]],
      [`{${Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join(',')}}`, {}, [200]],
      ['a=1&'.repeat(100_000), form, [200, 400]],
      ['{}', { 'content-encoding': 'gzip' }, [415]],
      ['{}', { 'content-encoding': 'br, gzip' }, [415]],
      ['{}', { 'content-type': 'application/json; charset=utf-7' }, [415]],
    ] as const) {
      const answer = await post(body, headers)
      expect(statuses, `${body.slice(0, 20)}: ${await answer.text()}`).toContain(answer.status)
    }
    expect(performance.now() - startedMs).toBeLessThan(5_000)
  })

  it('cannot smuggle a request behind a body that is refused for its size', async () => {
    const smuggled = 'GET /api/one HTTP/1.1\r\nHost: smuggled\r\n\r\n'
    const answer = await raw(`${POST}Content-Length: 3000000\r\n\r\n${smuggled}`)
    expect(answersIn(answer)).toEqual(['HTTP/1.1 413'])
  })

  it('leave the connection usable when they were read to their end', async () => {
    const bad = `${POST}Content-Length: 5\r\n\r\n{"id"`
    const answer = await raw(`${bad}${GET}Connection: close\r\n\r\n`)
    expect(answersIn(answer)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200'])
  })
})

describe('connections', () => {
  it('are kept for longer than load balancers do, and say so', async () => {
    expect(await raw(`${GET}\r\n`, '}')).toMatch(/Keep-Alive: timeout=72/i)
  })

  it('beyond the bound are closed at once, and those within it go on', async () => {
    const first = open()
    const others = Array.from({ length: 40 }, () => open())
    const closed = others.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())))
    for (const socket of others) socket.on('error', () => undefined)
    await Promise.race(closed)
    const answer = new Promise<string>((resolve) => first.once('data', (chunk) => resolve(chunk.toString())))
    first.write(`${GET}\r\n`)
    expect(await answer).toMatch(/^HTTP\/1\.1 200/)
    for (const socket of [first, ...others]) socket.destroy()
    await Promise.all(closed)
  })
})

describe('the address of a caller behind one trusted proxy', () => {
  const office = async (forwarded: string) =>
    (await fetch(`${under.url}/api/office`, { headers: { 'x-forwarded-for': forwarded } })).status

  it('is the last entry, which the proxy wrote; what callers write before it counts for nothing', async () => {
    expect(await office('203.0.113.9')).toBe(200)
    expect(await office('198.51.100.1, 203.0.113.9')).toBe(200)
    expect(await office('203.0.113.9, 198.51.100.1')).toBe(403)
    expect(await office('203.0.113.9, nonsense')).toBe(403)
  })
})

describe('every answer', () => {
  it('tells browsers not to guess its type, and caches not to keep it unless the API does', async () => {
    for (const path of ['/api/one', '/api/none', '/token/generate']) {
      const { headers } = await fetch(`${under.url}${path}`)
      expect(headers.get('x-content-type-options'), path).toBe('nosniff')
      expect(headers.get('cache-control'), path).toBe('no-store')
      expect(headers.get('x-request-id'), path).toMatch(/\S/)
      expect(headers.get('x-powered-by'), path).toBeNull()
      expect(headers.get('server'), path).toBeNull()
    }
  })
})
