import type { Admission, AdmissionRequest, AdmissionStore } from './admission-store.js'

/** The test runner's words, handed in so that no shipped lib imports one. */
export interface TestWords {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
  expect(actual: unknown): {
    toBe(expected: unknown): void
    toBeLessThanOrEqual(most: number): void
    toBeGreaterThan(least: number): void
  }
}

/** Opens a store without history; each test gets its own. */
export type OpenStore = () => Promise<AdmissionStore>

/** What every AdmissionStore must hold, against the real thing. */
export function admissionStoreConformance({ describe, it, expect }: TestWords, name: string, open: OpenStore): void {
  const withStore = (body: (store: AdmissionStore) => Promise<void>) => async () => {
    const store = await open()
    try {
      await body(store)
    } finally {
      await store.close()
    }
  }

  describe(`AdmissionStore: ${name}`, () => {
    it(
      'admits N of a burst and refuses the rest with an honest time to wait',
      withStore(async (store) => {
        const outcomes = await Promise.all(times(25, () => store.admit(rated('burst', 10, 60_000))))
        expect(count(outcomes, 'admitted')).toBe(10)
        const refused = outcomes.find((outcome) => outcome.kind === 'rate')
        expect(refused?.kind).toBe('rate')
        if (refused?.kind !== 'rate') return
        expect(refused.violated).toBe('api')
        expect(refused.retryAfterMs).toBeLessThanOrEqual(60_000)
        expect(refused.retryAfterMs).toBeGreaterThan(50_000)
      }),
    )

    it(
      'admits again once the time it named has passed',
      withStore(async (store) => {
        await store.admit(rated('again', 1, 250))
        const refused = await store.admit(rated('again', 1, 250))
        expect(refused.kind).toBe('rate')
        if (refused.kind !== 'rate') return
        // The time to wait is itself the guarantee, so it is waited for.
        await passed(refused.retryAfterMs + 1)
        expect((await store.admit(rated('again', 1, 250))).kind).toBe('admitted')
      }),
    )

    it(
      'lets a refused call use up nothing, neither of another rate nor of concurrency',
      withStore(async (store) => {
        const wide = { name: 'client', key: 'refused-wide', limit: 5, windowMs: 60_000 }
        const narrow = { name: 'api', key: 'refused-narrow', limit: 1, windowMs: 60_000 }
        const flight = { key: 'refused-flight', limit: 5 }
        const both: AdmissionRequest = { caller: 'c', concurrency: [flight], rates: [wide, narrow], whenAway: 'closed' }
        for (const outcome of await Promise.all(times(8, () => store.admit(both)))) release(outcome)
        const left = await Promise.all(times(8, () => store.admit({ ...both, rates: [wide] })))
        expect(count(left, 'admitted')).toBe(4)
      }),
    )

    it(
      'checks concurrency before rate, and a call refused for it uses up no rate',
      withStore(async (store) => {
        const request: AdmissionRequest = {
          caller: 'order',
          concurrency: [{ key: 'order', limit: 1 }],
          rates: [{ name: 'api', key: 'order', limit: 2, windowMs: 60_000 }],
          whenAway: 'closed',
        }
        const first = await store.admit(request)
        expect((await store.admit(request)).kind).toBe('concurrency')
        release(first)
        expect((await store.admit(request)).kind).toBe('admitted')
      }),
    )

    it(
      'never has more than C in flight, and gives each place back once',
      withStore(async (store) => {
        const request: AdmissionRequest = {
          caller: 'c',
          concurrency: [{ key: 'flight', limit: 3 }],
          rates: [],
          whenAway: 'closed',
        }
        const first = await Promise.all(times(9, () => store.admit(request)))
        expect(count(first, 'admitted')).toBe(3)
        const admitted = first.find((outcome) => outcome.kind === 'admitted')
        if (admitted !== undefined) {
          release(admitted)
          release(admitted)
        }
        expect(count(await Promise.all(times(9, () => store.admit(request))), 'admitted')).toBe(1)
      }),
    )

    it(
      'keeps callers apart, whatever characters their keys hold',
      withStore(async (store) => {
        for (const key of ['a', 'a:b', '{a}', 'a}{b', 'ä', '', 'x'.repeat(1024), '__proto__']) {
          expect((await store.admit(rated(key, 1, 60_000))).kind).toBe('admitted')
          expect((await store.admit(rated(key, 1, 60_000))).kind).toBe('rate')
        }
      }),
    )

    it(
      'follows a changed limit at once, and lowering then raising it forgives nothing',
      withStore(async (store) => {
        for (const outcome of await Promise.all(times(4, () => store.admit(rated('change', 4, 60_000)))))
          release(outcome)
        expect((await store.admit(rated('change', 2, 60_000))).kind).toBe('rate')
        expect((await store.admit(rated('change', 4, 60_000))).kind).toBe('rate')
        expect((await store.admit(rated('change', 5, 60_000))).kind).toBe('admitted')
        expect((await store.admit(rated('change', 5, 60_000))).kind).toBe('rate')
      }),
    )

    it(
      'tells what remains and when more is free',
      withStore(async (store) => {
        await store.admit(rated('state', 3, 60_000))
        const outcome = await store.admit(rated('state', 3, 60_000))
        if (outcome.kind !== 'admitted') throw new Error(`expected admitted, got ${outcome.kind}`)
        expect(outcome.rates[0]?.remaining).toBe(1)
        expect(outcome.rates[0]?.resetMs ?? 0).toBeGreaterThan(50_000)
      }),
    )
  })
}

function rated(key: string, limit: number, windowMs: number): AdmissionRequest {
  return { caller: key, concurrency: [], rates: [{ name: 'api', key, limit, windowMs }], whenAway: 'closed' }
}

function times<T>(n: number, make: () => T): T[] {
  return Array.from({ length: n }, make)
}

function count(outcomes: readonly Admission[], kind: Admission['kind']): number {
  return outcomes.filter((outcome) => outcome.kind === kind).length
}

function release(outcome: Admission): void {
  if (outcome.kind === 'admitted') outcome.release()
}

/** Timers may end a fraction of a millisecond early; the clock decides. */
async function passed(ms: number): Promise<void> {
  const endMs = performance.now() + ms
  while (performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 1))
}
