import type { Observation } from '@penstock/observations'
import { describe, expect, it } from 'vitest'
import { ClockWatch } from './clock-watch.js'

const setUp = () => {
  const clock = { nowMs: 0 }
  const facts: Observation[] = []
  const watch = new ClockWatch(
    (fact) => facts.push(fact),
    () => clock.nowMs,
  )
  const judged = () => facts.filter(({ kind }) => kind === 'clock.judged')
  return { clock, facts, watch, judged }
}

describe('ClockWatch', () => {
  it('tells of every comparison', () => {
    const { watch, facts } = setUp()
    watch.compared('admin', 1500, 1000)
    expect(facts).toEqual([{ kind: 'clock.compared', reference: 'admin', skewMs: 500 }])
  })

  it('is off when both references say so, once, and right again when one does not', () => {
    const { watch, judged } = setUp()
    watch.compared('admin', 300_000, 0)
    expect(watch.isOff).toBe(false)
    watch.compared('redis', 300_000, 0)
    watch.compared('redis', 300_100, 0)
    expect(watch.isOff).toBe(true)
    watch.compared('admin', 1000, 0)
    expect(watch.isOff).toBe(false)
    expect(judged()).toMatchObject([{ isOff: true }, { isOff: false }])
  })

  it('does not believe one reference alone, two that disagree, or one that has fallen silent', () => {
    const { watch, clock } = setUp()
    watch.compared('admin', 300_000, 0)
    watch.compared('redis', 0, 300_000)
    expect(watch.isOff).toBe(false)
    watch.compared('redis', 300_000, 0)
    expect(watch.isOff).toBe(true)
    clock.nowMs = 60_000
    watch.compared('redis', 300_000, 0)
    expect(watch.isOff).toBe(false)
  })
})
