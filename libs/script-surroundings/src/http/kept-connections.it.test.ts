import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { waitUntil } from '@penstock/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Resolve } from './checked-address.js'
import { openScriptHttp, type ScriptHttpOptions } from './open-script-http.js'

let server: Server
let port: number
const sockets = new Set<Socket>()
let opened = 0
let asked: string[] = []
/** Ends the connection that the next request comes by, as if the server had closed it just before. */
let isClosing = false

beforeAll(async () => {
  server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    asked.push(request.method ?? '')
    if (isClosing) {
      isClosing = false
      return void request.socket.resetAndDestroy()
    }
    if (request.url === '/packed')
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'))
    request.resume().on('end', () => response.end('x'.repeat(request.url === '/big' ? 200_000 : 1)))
  })
  server.on('connection', (socket: Socket) => {
    opened += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  port = (server.address() as AddressInfo).port
})
beforeEach(() => {
  opened = 0
  asked = []
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const names: Record<string, string> = {}
const resolve: Resolve = async (host) => [{ address: names[host] ?? '127.0.0.1', family: 4 }]

function client(options: Partial<ScriptHttpOptions> = {}) {
  const hosts = [`127.0.0.1:${port}`, `a.example:${port}`, `b.example:${port}`]
  const http = openScriptHttp({ hosts, perCallerMax: 50, bytesMax: 100_000, resolve, ...options })
  return (path = '', host = 'a.example', method: 'GET' | 'POST' = 'GET', caller = 'caller') =>
    http.request(
      { method, url: `http://${host}:${port}/${path}`, headers: {}, body: undefined, timeoutMs: 5_000 },
      caller,
      new AbortController().signal,
    )
}

it('sends requests one after the other by one connection, whoever asks and whatever was answered', async () => {
  const ask = client()
  await ask()
  await ask('packed')
  await ask('', 'a.example', 'POST')
  await ask('', 'a.example', 'GET', 'somebody else')
  expect([asked.length, opened]).toEqual([4, 1])
})

it('uses a kept connection for its own host alone', async () => {
  const ask = client()
  await ask()
  await ask('', 'b.example')
  await ask('', '127.0.0.1')
  expect(opened).toBe(3)
})

it('uses a kept connection for the addresses alone that it was checked for', async () => {
  const ask = client()
  names['a.example'] = '127.0.0.1'
  await ask()
  names['a.example'] = '127.0.0.2'
  await ask()
  expect(opened).toBe(2)
  // Kept connections to it are there; the check comes first all the same.
  names['a.example'] = '169.254.169.254'
  await expect(ask()).rejects.toThrow('is not on the internet')
  expect(asked).toHaveLength(2)
  names['a.example'] = '127.0.0.1'
})

it('does not keep a connection whose answer was not read to its end', async () => {
  const ask = client()
  await expect(ask('big')).rejects.toThrow('more than 100000 bytes')
  await ask()
  expect(opened).toBe(2)
})

it('asks again when a kept connection turns out to be closed, but nothing that would be done twice', async () => {
  const ask = client()
  await ask()
  isClosing = true
  expect((await ask()).status).toBe(200)
  expect([asked, opened]).toEqual([['GET', 'GET', 'GET'], 2])
  await ask()
  isClosing = true
  await expect(ask('', 'a.example', 'POST')).rejects.toThrow('did not answer: ECONNRESET')
  expect(asked).toEqual(['GET', 'GET', 'GET', 'GET', 'POST'])
})

it('keeps a bounded number of connections, each for a few seconds', async () => {
  const ask = client()
  await Promise.all(Array.from({ length: 40 }, () => ask()))
  const before = opened
  expect(before).toBeGreaterThan(16)
  // What is not kept is closed at once.
  await waitUntil(() => sockets.size <= 16, { withinMs: 5_000 })
  await Promise.all(Array.from({ length: 16 }, () => ask()))
  expect(opened).toBe(before)
  await waitUntil(() => sockets.size === 0, { withinMs: 15_000 })
}, 20_000)
