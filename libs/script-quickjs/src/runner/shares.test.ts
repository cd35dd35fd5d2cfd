import { expect, it } from 'vitest'
import { Shares } from './shares.js'

/** Takes threads for this holder until no more are given; how many there were. */
function greedy(shares: Shares, apiId: string, moduleId: string, nowMs = 0): number {
  let taken = 0
  for (; taken < 100 && shares.mayTake({ apiId, moduleId }, nowMs); taken += 1) shares.take({ apiId, moduleId })
  return taken
}

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
  const holder = { apiId: 'a', moduleId: 'm' }
  for (let n = 0; n < 50; n += 1) {
    const back = [shares.take(holder), shares.take(holder), shares.take(holder)]
    expect(shares.mayTake(holder, 0)).toBe(false)
    for (const give of back) give()
    expect(shares.mayTake(holder, 0)).toBe(true)
  }
})
