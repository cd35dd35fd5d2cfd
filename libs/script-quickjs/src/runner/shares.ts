import type { Temper } from './tempers.js'

// How long an API whose script had to be ended is held to one thread.
const SUSPECT_MS = 60_000
// More are not remembered: the oldest is trusted again.
const SUSPECTS_MAX = 1_000

interface Holder {
  readonly apiId: string
  readonly moduleId: string
  /** What is known of the program that it runs. */
  temper(): Temper
}

/** A thread that somebody holds. */
export interface Share {
  /** Whether what it runs computes for long by now; an unknown program is taken to, until it ends or waits for its host. */
  slow(isSlow: boolean): void
  /** Once. */
  giveBack(): void
}

/**
 * Who may take another thread. A quarter of the threads, one at least, stays for other modules whatever one module asks for, and one more for other
 * APIs whatever one API asks for; on machines with so few threads that nothing would be left, each has one. An API whose script had to be ended by force lately has one thread, and all such together a quarter.
 * What computes for long, or may, since nobody knows it, takes a quarter for all of one module, and strangers half of that: so a new version that
 * hangs leaves cores to others before it was ended for the first time. Pure: times are arguments.
 */
export class Shares {
  readonly #byApi = new Map<string, number>()
  readonly #byModule = new Map<string, number>()
  readonly #slowByModule = new Map<string, number>()
  readonly #strangeByModule = new Map<string, number>()
  readonly #suspects = new Map<string, number>()
  readonly #least: number
  readonly #mostOfStrangers: number
  readonly #mostOfModule: number
  readonly #mostOfApi: number

  constructor(instancesMax: number) {
    this.#least = Math.max(1, Math.floor(instancesMax / 4))
    this.#mostOfStrangers = Math.max(1, Math.floor(instancesMax / 8))
    this.#mostOfModule = Math.max(1, instancesMax - this.#least)
    this.#mostOfApi = Math.max(1, this.#mostOfModule - 1)
  }

  mayTake(holder: Holder, nowMs: number): boolean {
    const { apiId, moduleId } = holder
    const held = this.#byApi.get(apiId) ?? 0
    if (held >= this.#mostOfApi || (this.#byModule.get(moduleId) ?? 0) >= this.#mostOfModule) return false
    const temper = holder.temper()
    if (temper !== 'quick' && (this.#slowByModule.get(moduleId) ?? 0) >= this.#least) return false
    if (temper === 'strange' && (this.#strangeByModule.get(moduleId) ?? 0) >= this.#mostOfStrangers) return false
    return !this.#isSuspect(apiId, nowMs) || (held === 0 && this.#heldBySuspects(nowMs) < this.#least)
  }

  /** Counts a thread. */
  take(holder: Holder): Share {
    const { apiId, moduleId } = holder
    const temper = holder.temper()
    let isSlow = false
    const slow = (isNow: boolean): void => {
      if (isNow === isSlow) return
      isSlow = isNow
      count(this.#slowByModule, moduleId, isNow ? 1 : -1)
      if (temper === 'strange') count(this.#strangeByModule, moduleId, isNow ? 1 : -1)
    }
    count(this.#byApi, apiId, 1)
    count(this.#byModule, moduleId, 1)
    slow(temper !== 'quick')
    return {
      slow,
      giveBack: () => {
        slow(false)
        count(this.#byApi, apiId, -1)
        count(this.#byModule, moduleId, -1)
      },
    }
  }

  /** The script of this API had to be ended by force. */
  suspect(apiId: string, nowMs: number): void {
    this.#suspects.delete(apiId)
    this.#suspects.set(apiId, nowMs + SUSPECT_MS)
    const [oldest] = this.#suspects.keys()
    if (this.#suspects.size > SUSPECTS_MAX && oldest !== undefined) this.#suspects.delete(oldest)
  }

  #isSuspect(apiId: string, nowMs: number): boolean {
    return (this.#suspects.get(apiId) ?? 0) > nowMs
  }

  #heldBySuspects(nowMs: number): number {
    let held = 0
    for (const [apiId, threads] of this.#byApi) if (this.#isSuspect(apiId, nowMs)) held += threads
    return held
  }
}

function count(counts: Map<string, number>, key: string, by: number): void {
  const now = (counts.get(key) ?? 0) + by
  if (now === 0) counts.delete(key)
  else counts.set(key, now)
}
