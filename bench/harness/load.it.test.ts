import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { closed, open, type HttpTarget } from './load.js'

let server: Server
let answer: () => { status?: number; afterMs?: number }
let requested: string[]

beforeEach(async () => {
  answer = () => ({})
  requested = []
  server = createServer((request, response) => {
    requested.push(request.url ?? '')
    const { status = 200, afterMs = 0 } = answer()
    setTimeout(() => response.writeHead(status).end('{}'), afterMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const target = (): HttpTarget => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const requests = Array.from({ length: 20 }, (_, n) => ({ path: `/${n}` }))
  return { name: 'a server', url: `http://127.0.0.1:${String(port)}`, pid: process.pid, requests }
}

it('open: sends at the wanted rate, in turn, however long answers take', async () => {
  answer = () => ({ afterMs: 300 })
  const { perSecond, p50Ms } = await open(target(), 100).measure(2)
  expect(perSecond).toBeGreaterThan(98)
  expect(perSecond).toBeLessThan(102)
  expect(p50Ms).toBeGreaterThanOrEqual(300)
  expect(new Set(requested).size).toBe(20)
})

it('open: counts the wait of all that were due while the server stood still', async () => {
  let stalled = false
  const startedMs = performance.now()
  answer = () => {
    if (!stalled && performance.now() - startedMs > 1500) {
      stalled = true
      // The loop of the server stands still: nothing is read, nothing is answered.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
    }
    return {}
  }
  const { p99Ms } = await open(target(), 400).measure(3)
  // 160 of 1,200 were due in that time; one that is measured from when it could be sent would have seen nothing of it.
  expect(p99Ms).toBeGreaterThan(250)
})

it('open: a server that cannot take the rate voids the run', async () => {
  answer = () => ({ afterMs: 1500 })
  await expect(open(target(), 800).measure(2)).rejects.toThrow(/requests\/s were offered instead of 800/)
})

it('open and closed: an answer but 200 voids the run', async () => {
  let count = 0
  answer = () => ({ status: (count += 1) === 50 ? 503 : 200 })
  await expect(open(target(), 100).measure(1)).rejects.toThrow(/1 answers beside .* were not 200 but 503/)
  count = 0
  await expect(closed(target(), 4).measure(1)).rejects.toThrow(/were not 200 but 503/)
})

it('closed: each caller waits for its answer before it sends the next', async () => {
  answer = () => ({ afterMs: 20 })
  const { perSecond, p50Ms } = await closed(target(), 4).measure(1)
  expect(perSecond).toBeLessThanOrEqual(4 / 0.02)
  expect(p50Ms).toBeGreaterThanOrEqual(19)
})
