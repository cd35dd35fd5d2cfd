import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { freePort } from './free-port.js'
import { tcpProxy, type TcpProxy } from './tcp-proxy.js'
import { waitUntil } from './wait-until.js'

let echo: Server
let proxy: TcpProxy
let client: Socket
let received: string

beforeEach(async () => {
  const port = await freePort()
  echo = createServer((socket) => socket.pipe(socket))
  await new Promise<void>((resolve) => echo.listen(port, '127.0.0.1', resolve))
  proxy = await tcpProxy({ port })
  received = ''
  client = connect(proxy.port, '127.0.0.1')
  client.on('data', (bytes) => (received += bytes.toString()))
  client.on('error', () => undefined)
  client.write('one ')
  await waitUntil(() => received === 'one ', { withinMs: 2000 })
})
afterEach(async () => {
  client.destroy()
  await proxy.close()
  await new Promise((resolve) => echo.close(resolve))
})

it('holds bytes back while paused and delivers them after healing', async () => {
  proxy.pause()
  client.write('two')
  await expect(waitUntil(() => received !== 'one ', { withinMs: 50 })).rejects.toThrow('did not hold')
  proxy.heal()
  await waitUntil(() => received === 'one two', { withinMs: 2000 })
})

it('breaks connections when cut and refuses new ones until healed', async () => {
  proxy.cut()
  await waitUntil(() => client.destroyed, { withinMs: 2000 })
  const refused = connect(proxy.port, '127.0.0.1')
  refused.on('error', () => undefined)
  await waitUntil(() => refused.destroyed, { withinMs: 2000 })
  expect(proxy.connections).toBe(0)
  proxy.heal()
  client = connect(proxy.port, '127.0.0.1')
  client.on('data', (bytes) => (received += bytes.toString()))
  client.write('again')
  await waitUntil(() => received === 'one again', { withinMs: 2000 })
})

it('delays data by at least the time asked for', async () => {
  proxy.slow(60)
  const begin = performance.now()
  client.write('two')
  await waitUntil(() => received === 'one two', { withinMs: 2000 })
  expect(performance.now() - begin).toBeGreaterThanOrEqual(115)
})

it('keeps the order of the stream when only some pieces are delayed, and after healing', async () => {
  proxy.slow(20, 0.5)
  const words = Array.from({ length: 40 }, (_, index) => `w${index} `)
  for (const word of words) {
    client.write(word)
    await new Promise((resolve) => setImmediate(resolve))
    if (word === 'w30 ') proxy.heal()
  }
  await waitUntil(() => received.endsWith('w39 '), { withinMs: 4000 })
  expect(received).toBe(`one ${words.join('')}`)
})

it('sends new connections elsewhere after a failover, and leaves those that stand', async () => {
  const port = await freePort()
  const other = createServer((socket) => socket.end('other'))
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  proxy.redirect(port)
  const second = connect(proxy.port, '127.0.0.1')
  let said = ''
  second.on('data', (bytes) => (said += bytes.toString()))
  await waitUntil(() => said === 'other', { withinMs: 2000 })
  client.write('two')
  await waitUntil(() => received === 'one two', { withinMs: 2000 })
  await new Promise((resolve) => other.close(resolve))
})

it('gives the address of its target through itself', () => {
  expect(proxy.via('postgres://u:p@db.example:5432/name')).toBe(`postgres://u:p@127.0.0.1:${proxy.port}/name`)
})
