import { describe, expect, it } from 'vitest'
import { JobClock } from './clock.js'

/** A clock of 1,000 ms of which 100 may be computed, on a thread that gets `share` of a core. */
function clockAt(share: number | undefined) {
  const time = { nowMs: 0 }
  const sources = { nowMs: () => time.nowMs, threadCpuMs: () => (share === undefined ? undefined : time.nowMs * share) }
  return { time, clock: new JobClock(1_000, 100, sources) }
}

/** When a script that only computes is stopped, asked every millisecond. */
function stoppedAt(share: number | undefined) {
  const { time, clock } = clockAt(share)
  clock.measure(() => {
    while (!clock.isOver()) time.nowMs += 1
  })
  return { atMs: time.nowMs, ...clock.stopped }
}

describe('the clocks of a job', () => {
  it('stop a script that has computed for its budget', () => {
    expect(stoppedAt(1)).toEqual({ atMs: 100, kind: 'timeout', clock: 'cpu' })
  })

  it('do not charge a thread for waiting for a core, but for the first quarter', () => {
    expect(stoppedAt(0.5)).toEqual({ atMs: 175, kind: 'timeout', clock: 'cpu' })
  })

  it('do not charge for a long wait before they are first asked', () => {
    const { time, clock } = clockAt(0)
    clock.measure(() => (time.nowMs += 900))
    expect([clock.isOver(), clock.isOver()]).toEqual([false, false])
  })

  it('count what passes where the kernel does not say more', () => {
    expect(stoppedAt(undefined)).toEqual({ atMs: 100, kind: 'timeout', clock: 'cpu' })
  })

  it('stop a script at its deadline however little it computed', () => {
    expect(stoppedAt(0.01)).toEqual({ atMs: 1_000, kind: 'timeout', clock: 'wall' })
  })

  it('count nothing between pieces, and keep the first reason to stop', () => {
    const { time, clock } = clockAt(1)
    clock.measure(() => (time.nowMs += 60))
    time.nowMs += 500
    expect(clock.isOver()).toBe(false)
    expect(clock.usedMs()).toBe(60)
    expect(clock.wallLeftMs()).toBe(440)
    clock.stop({ kind: 'aborted' })
    clock.stop({ kind: 'lost' })
    expect(clock.stopped).toEqual({ kind: 'aborted' })
  })
})
