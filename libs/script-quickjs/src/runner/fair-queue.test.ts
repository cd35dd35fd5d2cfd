import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FairQueue } from './fair-queue.js'

const all = () => true
const item = (apiId: string, caller: string, n = 0) => ({ apiId, caller, n })

it('serves APIs in turn, and within one its callers', () => {
  const queue = new FairQueue<ReturnType<typeof item>>()
  for (let n = 0; n < 3; n += 1) queue.add(item('busy', 'greedy', n))
  queue.add(item('busy', 'modest'))
  queue.add(item('quiet', 'other'))
  const served = Array.from({ length: 5 }, () => queue.take(all)).map((one) => `${one?.apiId} ${one?.caller}`)
  expect(served).toEqual(['busy greedy', 'quiet other', 'busy modest', 'busy greedy', 'busy greedy'])
})

it('passes over APIs that may not run now, and keeps their turn', () => {
  const queue = new FairQueue<ReturnType<typeof item>>()
  queue.add(item('a', 'x'))
  queue.add(item('b', 'x'))
  expect(queue.take(({ apiId }) => apiId !== 'a')?.apiId).toBe('b')
  expect(queue.take(({ apiId }) => apiId !== 'a')).toBeUndefined()
  expect(queue.take(all)?.apiId).toBe('a')
})

it('counts the APIs that could have a turn, not what waits', () => {
  const queue = new FairQueue<ReturnType<typeof item>>()
  for (let n = 0; n < 3; n += 1) queue.add(item('crowd', `c${n}`))
  queue.add(item('other', 'x'))
  expect(queue.turns(all)).toBe(2)
  expect(queue.turns(({ apiId }) => apiId !== 'crowd')).toBe(1)
})

it('loses none, repeats none, and keeps the order of each caller, whatever is added, taken and removed', () => {
  const step = fc.record({ what: fc.constantFrom('add', 'take', 'remove'), api: fc.nat(3), caller: fc.nat(3) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new FairQueue<ReturnType<typeof item>>()
      const waiting = new Set<ReturnType<typeof item>>()
      const lastOf = new Map<string, number>()
      for (const [n, { what, api, caller }] of steps.entries()) {
        if (what === 'add') {
          const added = item(`a${api}`, `c${caller}`, n)
          queue.add(added)
          waiting.add(added)
        } else if (what === 'take') {
          const taken = queue.take(all)
          expect(taken === undefined).toBe(waiting.size === 0)
          if (taken === undefined) continue
          expect(waiting.delete(taken)).toBe(true)
          const key = `${taken.apiId} ${taken.caller}`
          expect(taken.n).toBeGreaterThan(lastOf.get(key) ?? -1)
          lastOf.set(key, taken.n)
        } else {
          const [first] = waiting
          if (first !== undefined) expect(queue.remove(first)).toBe(waiting.delete(first))
        }
        expect(queue.size).toBe(waiting.size)
      }
      expect(new Set(queue.drain())).toEqual(waiting)
    }),
  )
})
