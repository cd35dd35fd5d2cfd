import { expect, it } from 'vitest'
import { Shares } from './shares.js'

/** Takes threads for this holder until no more are given; how many there were. */
function greedy(shares: Shares, apiId: string, moduleId: string, nowMs = 0): number {
  let taken = 0
  for (; taken < 100 && shares.mayTake(quick(apiId, moduleId), nowMs); taken += 1) shares.take(quick(apiId, moduleId))
  return taken
}
const quick = (apiId: string, moduleId: string) => ({ apiId, moduleId, temper: () => 'quick' as const })
const slow = (apiId: string, moduleId: string) => ({ apiId, moduleId, temper: () => 'slow' as const })
const strange = (apiId: string, moduleId: string) => ({ apiId, moduleId, temper: () => 'strange' as const })

it('leaves a quarter of the threads to other modules, and one more to other APIs', () => {
  const shares = new Shares(8)
  expect(greedy(shares, 'a', 'm')).toBe(5)
  expect(greedy(shares, 'b', 'm')).toBe(1)
  expect(greedy(shares, 'c', 'm')).toBe(0)
  expect(greedy(shares, 'd', 'other')).toBe(5)
})

it('gives a machine of one or two threads at least one to each', () => {
  expect(greedy(new Shares(1), 'a', 'm')).toBe(1)
  expect(greedy(new Shares(2), 'a', 'm')).toBe(1)
})

it('holds APIs whose scripts had to be ended to one thread each, and to a quarter together, for a minute', () => {
  const shares = new Shares(8)
  for (const apiId of ['a', 'b', 'c']) shares.suspect(apiId, 0)
  expect(['a', 'b', 'c'].map((apiId) => greedy(shares, apiId, apiId, 10))).toEqual([1, 1, 0])
  expect(greedy(shares, 'well', 'well', 10)).toBe(5)
  expect(greedy(shares, 'c', 'c', 60_001)).toBe(5)
})

it('gives back what was taken', () => {
  const shares = new Shares(5)
  const holder = quick('a', 'm')
  for (let n = 0; n < 50; n += 1) {
    const back = [shares.take(holder), shares.take(holder), shares.take(holder)]
    expect(shares.mayTake(holder, 0)).toBe(false)
    for (const share of back) share.giveBack()
    expect(shares.mayTake(holder, 0)).toBe(true)
  }
})

it('gives what computes for long a quarter for all of its module, and lets those of it that are quick pass', () => {
  const shares = new Shares(8)
  const first = shares.take(slow('a', 'm'))
  const second = shares.take(quick('b', 'm'))
  second.slow(true)
  expect(shares.mayTake(slow('c', 'm'), 0)).toBe(false)
  expect(shares.mayTake(quick('c', 'm'), 0)).toBe(true)
  expect(shares.mayTake(slow('c', 'other'), 0)).toBe(true)
  // It waits for its host, so that its core is free.
  first.slow(false)
  expect(shares.mayTake(slow('c', 'm'), 0)).toBe(true)
  first.slow(true)
  second.giveBack()
  expect(shares.mayTake(slow('c', 'm'), 0)).toBe(true)
  first.giveBack()
  expect(greedy(shares, 'a', 'm')).toBe(5)
})

it('gives what nobody knows half of what the slow have', () => {
  const shares = new Shares(16)
  const first = shares.take(strange('a', 'm'))
  shares.take(strange('b', 'm'))
  expect(shares.mayTake(strange('c', 'm'), 0)).toBe(false)
  expect(shares.mayTake(slow('c', 'm'), 0)).toBe(true)
  expect(shares.mayTake(strange('c', 'other'), 0)).toBe(true)
  // It waits for its host, so that its core is free.
  first.slow(false)
  expect(shares.mayTake(strange('c', 'm'), 0)).toBe(true)
})

it('counts strangers among the slow', () => {
  const shares = new Shares(16)
  for (const apiId of ['a', 'b', 'c']) shares.take(slow(apiId, 'm'))
  shares.take(strange('d', 'm'))
  expect(shares.mayTake(slow('e', 'm'), 0)).toBe(false)
})
