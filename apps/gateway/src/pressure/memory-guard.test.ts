import type { Observation } from '@penstock/observations'
import { AppError } from '@penstock/errors'
import { describe, expect, it } from 'vitest'
import { memoryGuard, type MemoryReading } from './memory-guard.js'
import { collectGarbage, containerShare, processMemory } from './process-memory.js'

function guardOver(first: Partial<MemoryReading>, afterCollection: Partial<MemoryReading> = {}) {
  let reading: MemoryReading = { heapBytes: 10, heapBytesMax: 100, rssBytes: 10, rssBytesMax: 100, ...first }
  let nowMs = 0
  let collections = 0
  const facts: Observation[] = []
  const guard = memoryGuard({
    read: () => reading,
    collect: () => {
      collections += 1
      reading = { ...reading, ...afterCollection }
    },
    observe: (fact) => facts.push(fact),
    monotonicMs: () => nowMs,
  })
  return {
    guard,
    facts,
    collections: () => collections,
    set: (change: Partial<MemoryReading>) => (reading = { ...reading, ...change }),
    pass: (ms: number) => (nowMs += ms),
  }
}

describe('memoryGuard', () => {
  it.each([{ heapBytes: 101 }, { rssBytes: 101 }])(
    'refuses calls with 503 and Retry-After over a bound: %o',
    (over) => {
      const { guard, facts } = guardOver(over)
      guard.screen(1000)
      guard.look()
      let refusal: unknown
      try {
        guard.screen(2)
      } catch (error) {
        refusal = error
      }
      expect(refusal).toBeInstanceOf(AppError)
      expect(refusal).toMatchObject({ code: 'MEMORY_PRESSURE', status: 503 })
      expect(facts).toMatchObject([{ kind: 'memory.pressure', state: 'short' }])
    },
  )

  it('takes one call at a time still, so that memory which nobody gives back refuses nobody for ever', () => {
    const { guard } = guardOver({ rssBytes: 101 })
    guard.look()
    guard.screen(1)
    expect(guard.underPressure).toBe(true)
  })

  it('collects before it judges: garbage is no pressure', () => {
    const { guard, facts, collections } = guardOver({ heapBytes: 101 }, { heapBytes: 20 })
    guard.look()
    expect(collections()).toBe(1)
    expect(guard.underPressure).toBe(false)
    expect(facts).toEqual([])
  })

  it('does not collect again and again, and ends with the pressure', () => {
    const { guard, facts, collections, pass, set } = guardOver({ heapBytes: 101 })
    for (let index = 0; index < 20; index++) {
      guard.look()
      pass(250)
    }
    expect(collections()).toBe(1)
    pass(250)
    guard.look()
    expect(collections()).toBe(2)
    set({ heapBytes: 99 })
    guard.look()
    guard.screen(1000)
    expect(facts).toMatchObject([{ state: 'short' }, { state: 'over' }])
  })

  it('watches nothing that has no bound', () => {
    const { guard } = guardOver({ heapBytes: 1e12, heapBytesMax: undefined, rssBytes: 1e12, rssBytesMax: undefined })
    guard.look()
    expect(guard.underPressure).toBe(false)
  })
})

describe('processMemory', () => {
  it('reads this process, and takes nine tenths of a container and nothing of a machine', () => {
    const reading = processMemory({ heapPercentMax: 50, rssBytesMax: 7 })()
    expect(reading.heapBytes).toBeGreaterThan(1_000_000)
    expect(reading.heapBytesMax).toBeGreaterThan(10_000_000)
    expect(reading.rssBytes).toBeGreaterThan(10_000_000)
    expect(reading.rssBytesMax).toBe(7)
    expect(containerShare(1000, 5000)).toBe(900)
    for (const none of [undefined, 0, 2 ** 63]) expect(containerShare(none, 5000)).toBeUndefined()
  })

  it('can collect garbage', () => {
    let held: unknown[] | undefined = Array.from({ length: 300_000 }, (_, index) => ({ index }))
    const { read } = { read: processMemory({ heapPercentMax: 0, rssBytesMax: 0 }) }
    const before = read().heapBytes
    expect(held.length).toBe(300_000)
    held = undefined
    collectGarbage()
    expect(read().heapBytes).toBeLessThan(before)
  })
})
