import { describe, expect, it } from 'vitest'
import { Breaker } from './breaker.js'

const setUp = () => {
  const clock = { nowMs: 0 }
  const breaker = new Breaker({
    failures: 3,
    withinMs: 1000,
    openMs: 1000,
    openMsMax: 4000,
    now: () => clock.nowMs,
    random: () => 0,
  })
  return { clock, breaker }
}
const trip = (breaker: Breaker) => [1, 2, 3].map(() => breaker.failed(breaker.passage()))

describe('Breaker', () => {
  it('opens at the third failure within a second, and says so once', () => {
    const { breaker } = setUp()
    expect(trip(breaker)).toEqual([false, false, true])
    expect(breaker.passage()).toBe('open')
  })

  it('stays closed when failures are further apart', () => {
    const { breaker, clock } = setUp()
    for (let failure = 0; failure < 10; failure += 1) {
      expect(breaker.failed(breaker.passage())).toBe(false)
      clock.nowMs += 600
    }
  })

  it('lets one call through when its time is over, and closes when that one succeeds', () => {
    const { breaker, clock } = setUp()
    trip(breaker)
    clock.nowMs = 1000
    expect([breaker.passage(), breaker.passage()]).toEqual(['probe', 'open'])
    expect(breaker.succeeded('probe')).toBe(true)
    expect(breaker.passage()).toBe('closed')
  })

  it('waits twice as long after each failed probe, up to its bound', () => {
    const { breaker, clock } = setUp()
    trip(breaker)
    for (const waitMs of [1000, 2000, 4000, 4000]) {
      clock.nowMs += waitMs - 1
      expect(breaker.passage()).toBe('open')
      clock.nowMs += 1
      expect(breaker.passage()).toBe('probe')
      breaker.failed('probe')
    }
  })

  it('stays open for longer each time when what came back fails again soon, and forgets that when it was well for long', () => {
    const { breaker, clock } = setUp()
    for (const openMs of [1000, 2000, 4000, 4000]) {
      trip(breaker)
      clock.nowMs += openMs - 1
      expect(breaker.passage()).toBe('open')
      clock.nowMs += 1
      expect(breaker.succeeded(breaker.passage())).toBe(true)
    }
    clock.nowMs += 4000
    trip(breaker)
    clock.nowMs += 1000
    expect(breaker.passage()).toBe('probe')
  })

  it('lets a call through at once when it hears that the other side is back', () => {
    const { breaker, clock } = setUp()
    breaker.hurry()
    expect(breaker.passage()).toBe('closed')
    trip(breaker)
    for (const waitMs of [1000, 2000]) {
      clock.nowMs += waitMs
      breaker.passage()
      breaker.failed('probe')
    }
    breaker.hurry()
    expect([breaker.passage(), breaker.passage()]).toEqual(['probe', 'open'])
    // Too early: what was just started may need a moment, but not as long as what was away for long.
    breaker.failed('probe')
    expect(breaker.passage()).toBe('open')
    clock.nowMs += 1000
    expect(breaker.passage()).toBe('probe')
  })

  it('takes no notice of late failures of calls that began before it opened', () => {
    const { breaker, clock } = setUp()
    trip(breaker)
    breaker.failed('closed')
    clock.nowMs = 1000
    expect(breaker.passage()).toBe('probe')
  })
})
