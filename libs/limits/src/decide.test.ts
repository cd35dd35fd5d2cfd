import { describe, expect, it } from 'vitest'
import { decide, usage, type Limit } from './decide.js'
import { SlidingLog } from './sliding-log.js'

/** A small generator of reproducible numbers (mulberry32), so that a failure names its seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Brute force: all admissions ever, and a look at the window that ends now. */
function oracleAllows(admissions: readonly number[], nowMs: number, { limit, windowMs }: Limit): boolean {
  return admissions.filter((time) => nowMs - time < windowMs).length < limit
}

describe('decide', () => {
  it.each([1, 2, 3, 4, 5])(
    'agrees with brute force in 20,000 decisions with clock steps and changed limits (seed %i)',
    (seed) => {
      const random = seeded(seed)
      const log = new SlidingLog()
      const admissions: number[] = []
      const windowMs = 1000
      let nowMs = 1_000_000
      let limit = 5
      for (let step = 0; step < 20_000; step += 1) {
        nowMs += Math.floor(random() * 200)
        if (random() < 0.01) nowMs -= Math.floor(random() * 3000)
        if (random() < 0.02) limit = Math.floor(random() * 12)
        // A clock that stepped back stands still until it has caught up: that is how both must see it.
        const seenMs = Math.max(nowMs, admissions.at(-1) ?? nowMs)
        const allowed = decide(log, seenMs, { limit, windowMs }).kind === 'allowed'
        expect(allowed, `seed ${seed} step ${step}`).toBe(
          oracleAllows(admissions.slice(-50), seenMs, { limit, windowMs }),
        )
        if (!allowed) continue
        log.push(nowMs)
        admissions.push(seenMs)
        log.forget(seenMs, windowMs)
      }
      expect(admissions.length).toBeGreaterThan(1000)
    },
  )

  it('never admits more than N in any window, also across the boundary of a minute', () => {
    const log = new SlidingLog()
    const limit = { limit: 100, windowMs: 60_000 }
    const admitted: number[] = []
    for (let nowMs = 0; nowMs < 300_000; nowMs += 50) {
      const burst = nowMs % 60_000 > 59_000 || nowMs % 60_000 < 1000 ? 20 : 1
      for (let call = 0; call < burst; call += 1) {
        if (decide(log, nowMs, limit).kind !== 'allowed') continue
        log.push(nowMs)
        admitted.push(nowMs)
      }
    }
    const worst = Math.max(
      ...admitted.map((start, index) => admitted.slice(index).filter((time) => time < start + 60_000).length),
    )
    expect(worst).toBe(100)
  })

  it('names the wait after which the call is allowed, and not a millisecond less', () => {
    const log = new SlidingLog()
    const limit = { limit: 2, windowMs: 1000 }
    log.push(100)
    log.push(400)
    const decision = decide(log, 500, limit)
    expect(decision).toEqual({ kind: 'limited', retryAfterMs: 600 })
    expect(decide(log, 1099, limit).kind).toBe('limited')
    expect(decide(log, 1100, limit).kind).toBe('allowed')
  })

  it('refuses everything under a limit of 0', () => {
    expect(decide(new SlidingLog(), 0, { limit: 0, windowMs: 1000 })).toEqual({ kind: 'limited', retryAfterMs: 1000 })
  })
})

describe('usage', () => {
  it('counts what is in the window and says when the oldest leaves it', () => {
    const log = new SlidingLog()
    for (const time of [0, 300, 900]) log.push(time)
    expect(usage(log, 1000, { limit: 5, windowMs: 1000 })).toEqual({ remaining: 3, resetMs: 300 })
    expect(usage(log, 5000, { limit: 5, windowMs: 1000 })).toEqual({ remaining: 5, resetMs: 0 })
  })

  it('of a limit that was lowered says when the next call is free, not when the oldest leaves', () => {
    const log = new SlidingLog()
    for (const time of [0, 300, 900]) log.push(time)
    expect(usage(log, 950, { limit: 1, windowMs: 1000 })).toEqual({ remaining: 0, resetMs: 950 })
  })
})
