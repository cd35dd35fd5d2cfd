import type { AnswerCache, AnswerCacheCounts, CachedAnswer, Claim, Lead, MadeAnswer, Wish } from './answer-cache.js'
import { HeldAnswers, type HeldBounds } from './held-answers.js'
import { SingleFlight, unlessAborted, type Landing } from './single-flight.js'

export interface LocalCacheOptions extends HeldBounds {
  /** A clock that never steps back. */
  readonly now?: () => number
}

/** For so long nobody waits for others with a key whose answer cannot be kept. */
export const ALONE_MS = 1000
const ALONE_KEYS_MAX = 10_000

/** What another store adds to the answers of a process. */
export interface SharedStore {
  /** Finds the answer, or takes the lead over all processes. `undefined`: the store is away, and the process leads for itself. */
  claim(key: string, wish: Wish): Promise<SharedClaim | undefined>
  readonly failures: number
  /** Callers that waited while another process made the answer. */
  readonly waits: number
  close(): Promise<void>
}

export type SharedClaim =
  | { readonly kind: 'found'; readonly answer: CachedAnswer; readonly keepMs: number }
  | { readonly kind: 'lead'; readonly lead: SharedLead }
  | { readonly kind: 'alone' }

/** The lead over all processes. Each end returns at once. */
export interface SharedLead {
  store(answer: MadeAnswer, keepMs: number): void
  release(): void
  refuse(): void
}

/** Answers in the memory of this process, and one at a time who makes one; with a shared store, in all processes that share it. */
export function localAnswerCache(options: LocalCacheOptions, shared?: SharedStore): AnswerCache {
  return new LocalCache(options, shared)
}

class LocalCache implements AnswerCache {
  readonly #held: HeldAnswers
  readonly #flights = new SingleFlight<CachedAnswer>()
  /** Keys whose answers cannot be kept, and until when that is believed. */
  readonly #alone = new Map<string, number>()
  readonly #now: () => number
  readonly #shared: SharedStore | undefined

  constructor(options: LocalCacheOptions, shared: SharedStore | undefined) {
    this.#now = options.now ?? (() => performance.now())
    this.#held = new HeldAnswers(options, this.#now)
    this.#shared = shared
  }

  held(key: string): CachedAnswer | undefined {
    return this.#held.get(key)
  }

  async claim(key: string, wish: Wish): Promise<Claim> {
    for (;;) {
      wish.signal.throwIfAborted()
      const held = this.#held.get(key)
      if (held !== undefined && this.#now() - held.madeAtMs < wish.ageMsMax) return { kind: 'found', answer: held }
      if (this.#isAlone(key)) return { kind: 'alone' }
      const underway = this.#flights.underway(key)
      if (underway === undefined) return this.#takeOff(key, wish)
      this.#flights.waits += 1
      const landing = await unlessAborted(underway, wish.signal)
      if (landing.kind === 'made') return { kind: 'found', answer: landing.value }
      if (landing.kind === 'failed') throw landing.error
      if (landing.kind === 'refused') return { kind: 'alone' }
    }
  }

  counts(): AnswerCacheCounts {
    const { waits = 0, failures = 0 } = this.#shared ?? {}
    return { ...this.#held.counts(), waits: this.#flights.waits + waits, storeFailures: failures }
  }

  async close(): Promise<void> {
    await this.#shared?.close()
  }

  async #takeOff(key: string, wish: Wish): Promise<Claim> {
    const land = this.#flights.takeOff(key)
    if (this.#shared === undefined) return { kind: 'lead', lead: this.#leadOf(key, land, undefined) }
    let claim: SharedClaim | undefined
    try {
      claim = await this.#shared.claim(key, wish)
    } catch (error) {
      // The caller went away, or its deadline passed: those who wait with it go on by themselves.
      land({ kind: 'abandoned' })
      throw error
    }
    if (claim === undefined) return { kind: 'lead', lead: this.#leadOf(key, land, undefined) }
    if (claim.kind === 'lead') return { kind: 'lead', lead: this.#leadOf(key, land, claim.lead) }
    if (claim.kind === 'alone') {
      this.#noteAlone(key)
      land({ kind: 'refused' })
      return claim
    }
    this.#held.set(key, claim.answer, claim.keepMs)
    land({ kind: 'made', value: claim.answer })
    return { kind: 'found', answer: claim.answer }
  }

  #leadOf(key: string, land: (landing: Landing<CachedAnswer>) => void, shared: SharedLead | undefined): Lead {
    let ended = false
    const once =
      <Given extends readonly unknown[]>(end: (...given: Given) => void) =>
      (...given: Given): void => {
        if (ended) return
        ended = true
        end(...given)
      }
    return {
      store: once((made: MadeAnswer, keepMs: number) => {
        const answer = Object.freeze({ ...made, madeAtMs: this.#now() })
        this.#held.set(key, answer, keepMs)
        shared?.store(made, keepMs)
        land({ kind: 'made', value: answer })
      }),
      fail: once((error: unknown) => {
        shared?.release()
        land({ kind: 'failed', error })
      }),
      abandon: once(() => {
        shared?.release()
        land({ kind: 'abandoned' })
      }),
      refuse: once(() => {
        this.#noteAlone(key)
        shared?.refuse()
        land({ kind: 'refused' })
      }),
    }
  }

  #isAlone(key: string): boolean {
    const untilMs = this.#alone.get(key)
    if (untilMs === undefined) return false
    if (this.#now() < untilMs) return true
    this.#alone.delete(key)
    return false
  }

  #noteAlone(key: string): void {
    // Forgetting one costs a wait, nothing else.
    if (this.#alone.size >= ALONE_KEYS_MAX) this.#alone.clear()
    this.#alone.set(key, this.#now() + ALONE_MS)
  }
}
