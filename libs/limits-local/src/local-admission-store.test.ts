import { admissionStoreConformance } from '@penstock/limits/conformance'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localAdmissionStore } from './index.js'

admissionStoreConformance({ describe, it, expect }, 'local', () => Promise.resolve(localAdmissionStore()))

const rate = (key: string, limit: number, windowMs = 1000) => ({ name: 'api', key, limit, windowMs })

describe('localAdmissionStore', () => {
  it('admits at most N calls per key in any window, whatever calls come in whatever order', () => {
    const call = fc.record({
      key: fc.constantFrom('a', 'b'),
      afterMs: fc.nat(400),
      limit: fc.integer({ min: 1, max: 4 }),
    })
    fc.assert(
      fc.property(fc.array(call, { maxLength: 200 }), (calls) => {
        let nowMs = 0
        const store = localAdmissionStore({ now: () => nowMs })
        const admitted: { key: string; at: number }[] = []
        for (const { key, afterMs, limit } of calls) {
          nowMs += afterMs
          const outcome = store.admit({ caller: 'c', concurrency: [], rates: [rate(key, limit)], whenAway: 'local' })
          const inWindow = admitted.filter((one) => one.key === key && nowMs - one.at < 1000).length
          expect(outcome.kind).toBe(inWindow < limit ? 'admitted' : 'rate')
          if (outcome.kind === 'admitted') {
            admitted.push({ key, at: nowMs })
            expect(outcome.rates[0]?.remaining).toBe(limit - inWindow - 1)
          }
        }
      }),
    )
  })

  it('never has more than C in flight whatever the order of calls and releases', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(9)), { maxLength: 200 }), (steps) => {
        const store = localAdmissionStore()
        const held: (() => void)[] = []
        for (const step of steps) {
          if (step === null) {
            const outcome = store.admit({
              caller: 'c',
              concurrency: [{ key: 'k', limit: 3 }],
              rates: [],
              whenAway: 'local',
            })
            expect(outcome.kind).toBe(held.length < 3 ? 'admitted' : 'concurrency')
            if (outcome.kind === 'admitted') held.push(outcome.release)
          } else {
            held.splice(step % 3, 1).forEach((release) => {
              release()
              release()
            })
          }
        }
      }),
    )
  })

  it('refuses a new caller rather than forget a live one when it is full, and takes new ones once others have run out', () => {
    let nowMs = 0
    const store = localAdmissionStore({ now: () => nowMs, keysMax: 2 })
    const call = (key: string) =>
      store.admit({ caller: 'c', concurrency: [], rates: [rate(key, 1)], whenAway: 'local' }).kind
    expect([call('a'), call('b'), call('c'), call('a')]).toEqual(['admitted', 'admitted', 'unavailable', 'rate'])
    nowMs = 1000
    expect([call('c'), call('a')]).toEqual(['admitted', 'admitted'])
  })

  it('counts a key that is asked for two windows by the longer one', () => {
    let nowMs = 0
    const store = localAdmissionStore({ now: () => nowMs })
    const call = (limit: number, windowMs: number) =>
      store.admit({ caller: 'c', concurrency: [], rates: [rate('k', limit, windowMs)], whenAway: 'local' })
    call(5, 10_000)
    nowMs = 2000
    const short = call(5, 1000)
    expect(short.kind === 'admitted' && short.rates[0]?.remaining).toBe(4)
    expect(call(2, 10_000).kind).toBe('rate')
  })

  it('counts a call once under a key that stands in two limits', () => {
    let nowMs = 0
    const store = localAdmissionStore({ now: () => nowMs })
    const call = () =>
      store.admit({ caller: 'c', concurrency: [], rates: [rate('k', 3), rate('k', 4, 60_000)], whenAway: 'local' }).kind
    expect([call(), call(), call(), call()]).toEqual(['admitted', 'admitted', 'admitted', 'rate'])
    nowMs = 1000
    expect([call(), call()]).toEqual(['admitted', 'rate'])
  })

  it('forgets what ran out while new callers come, however calls are counted, and nothing that still counts', () => {
    let nowMs = 0
    const store = localAdmissionStore({ now: () => nowMs, keysMax: 100 })
    for (let caller = 0; caller < 1000; caller += 1) {
      nowMs += 100
      store.book({ caller: 'c', concurrency: [], rates: [rate(`caller ${caller}`, 1)], whenAway: 'local' })
    }
    // 10 callers are within the window of a second; without forgetting the store would have been full long ago.
    const kinds = Array.from(
      { length: 30 },
      (_, n) =>
        store.admit({ caller: 'c', concurrency: [], rates: [rate(`caller ${999 - n}`, 1)], whenAway: 'local' }).kind,
    )
    expect(kinds).toEqual([...Array<string>(10).fill('rate'), ...Array<string>(20).fill('admitted')])
  })
})
