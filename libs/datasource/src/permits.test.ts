import { describe, expect, it, vi } from 'vitest'
import { AppError } from '@penstock/errors'
import { permits } from './permits.js'

const never = new AbortController().signal
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'resolved',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

describe('permits', () => {
  it('lets no more than their number in, and the others in the order in which they came', async () => {
    const gate = permits({ running: 2, queueSize: 10, queueWaitMsMax: 10_000 })
    const order: number[] = []
    const first = [await gate.acquire(never), await gate.acquire(never)]
    const later = [0, 1, 2].map((n) => gate.acquire(never).then((release) => (order.push(n), release)))
    expect([gate.running, gate.waiting]).toEqual([2, 3])
    first[0]?.()
    ;(await later[0])?.()
    ;(await later[1])?.()
    ;(await later[2])?.()
    expect(order).toEqual([0, 1, 2])
    first[1]?.()
    expect([gate.running, gate.waiting]).toEqual([0, 0])
  })

  it('counts a permit that is given back twice once', async () => {
    const gate = permits({ running: 1, queueSize: 5, queueWaitMsMax: 10_000 })
    const release = await gate.acquire(never)
    const waiting = [gate.acquire(never), gate.acquire(never)]
    release()
    release()
    await waiting[0]
    expect([gate.running, gate.waiting]).toEqual([1, 1])
  })

  it('refuses whoever finds the queue full, at once and with Retry-After', async () => {
    const gate = permits({ running: 1, queueSize: 1, queueWaitMsMax: 2500 })
    await gate.acquire(never)
    void gate.acquire(never)
    await expect(gate.acquire(never)).rejects.toMatchObject({
      code: 'DATASOURCE_BUSY',
      open: { headers: { 'Retry-After': '3' } },
    })
  })

  it('refuses whoever has waited too long, who then holds no place', async () => {
    vi.useFakeTimers()
    try {
      const gate = permits({ running: 1, queueSize: 1, queueWaitMsMax: 100 })
      await gate.acquire(never)
      const waiting = codeOf(gate.acquire(never))
      await vi.advanceTimersByTimeAsync(100)
      expect(await waiting).toBe('DATASOURCE_BUSY')
      expect(gate.waiting).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('lets an aborted call leave the queue, with the reason of its signal', async () => {
    const gate = permits({ running: 1, queueSize: 5, queueWaitMsMax: 10_000 })
    const release = await gate.acquire(never)
    const gone = new AbortController()
    const left = codeOf(gate.acquire(gone.signal))
    const next = gate.acquire(never)
    gone.abort(new AppError('REQUEST_TIMEOUT'))
    expect(await left).toBe('REQUEST_TIMEOUT')
    release()
    await next
    expect(await codeOf(gate.acquire(gone.signal))).toBe('REQUEST_TIMEOUT')
    expect([gate.running, gate.waiting]).toEqual([1, 0])
  })
})
