import { expect, it } from 'vitest'
import { Suspensions } from './suspensions.js'

it('suspends a program after three kills within a minute, longer each time', () => {
  const suspensions = new Suspensions()
  expect(suspensions.strike('p', 'kill', 0)).toBeUndefined()
  expect(suspensions.strike('p', 'kill', 1_000)).toBeUndefined()
  expect(suspensions.strike('p', 'kill', 2_000)).toEqual({ forMs: 5_000, before: 0 })
  expect(suspensions.waitMs('p', 3_000)).toBe(4_000)
  expect(suspensions.waitMs('p', 7_000)).toBe(0)
  // On trial: one more is enough.
  expect(suspensions.strike('p', 'kill', 8_000)).toEqual({ forMs: 10_000, before: 1 })
  expect(suspensions.strike('p', 'kill', 19_000)).toEqual({ forMs: 20_000, before: 2 })
})

it('suspends after nine ends by its own clocks, and never for those far apart', () => {
  const suspensions = new Suspensions()
  const struck = Array.from({ length: 9 }, (_, n) => suspensions.strike('p', 'limit', n * 100))
  expect(struck.filter((one) => one !== undefined)).toHaveLength(1)
  const apart = Array.from({ length: 30 }, (_, n) => suspensions.strike('q', 'kill', n * 70_000))
  expect(apart.filter((one) => one !== undefined)).toHaveLength(0)
})

it('waits ten minutes at most, and forgives a program that behaved for long', () => {
  const suspensions = new Suspensions()
  let nowMs = 0
  let longest = 0
  for (let n = 0; n < 40; n += 1) {
    longest = Math.max(longest, suspensions.strike('p', 'kill', nowMs)?.forMs ?? 0)
    nowMs += suspensions.waitMs('p', nowMs) + 10
  }
  expect(longest).toBe(600_000)
  nowMs += 10 * 600_000 + 1
  expect([1, 2, 3].map(() => suspensions.strike('p', 'kill', nowMs)?.forMs)).toEqual([undefined, undefined, 5_000])
})

it('holds one program’s strikes against no other', () => {
  const suspensions = new Suspensions()
  for (let n = 0; n < 5; n += 1) suspensions.strike('bad', 'kill', n)
  expect(suspensions.waitMs('good', 10)).toBe(0)
})
