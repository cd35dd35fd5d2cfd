import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs, jittered, pause, withDeadline } from './index.js'

const NEVER = new AbortController().signal

describe('pause', () => {
  it('ends with its signal, at once when that is aborted already, and leaves no listener', async () => {
    const stop = new AbortController()
    const waiting = pause(60_000, stop.signal)
    stop.abort()
    await waiting
    await pause(60_000, stop.signal)
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  })
})

describe('withDeadline', () => {
  it('gives what the task gives, and leaves no listener', async () => {
    const outer = new AbortController()
    expect(await withDeadline(60_000, outer.signal, async () => 5)).toBe(5)
    expect(getEventListeners(outer.signal, 'abort')).toEqual([])
  })

  it('rejects at the deadline, and when it is stopped, even if the task does not heed its signal', async () => {
    const deaf = () => new Promise<never>(() => undefined)
    await expect(withDeadline(1, NEVER, deaf)).rejects.toThrow('no answer in 1 ms')
    await expect(withDeadline(60_000, AbortSignal.abort(), deaf)).rejects.toThrow('stopped')
  })
})

describe('backoffMs', () => {
  it('grows to its bound and never beyond, and never to nothing', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const ms = backoffMs(failures, random, { minMs: 500, maxMs: 8_000 })
        expect(ms).toBeGreaterThanOrEqual(250)
        expect(ms).toBeLessThanOrEqual(8_000)
      }),
    )
    expect([0, 1, 2, 9].map((failures) => backoffMs(failures, 1, { minMs: 500, maxMs: 8_000 }))).toEqual([
      500, 1_000, 2_000, 8_000,
    ])
  })
})

describe('jittered', () => {
  it('stays within a fifth', () => {
    expect([0, 0.5, 1].map((random) => jittered(1000, random))).toEqual([800, 1000, 1200])
  })
})
