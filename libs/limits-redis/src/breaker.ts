export interface BreakerOptions {
  /** Failures within `withinMs` that open it. */
  readonly failures: number
  readonly withinMs: number
  /** How long it stays open at first; doubled at each failed probe and when it opens again within `openMsMax`, up to that. */
  readonly openMs: number
  readonly openMsMax: number
  readonly now: () => number
  /** From 0 to 1: spreads the probes of many gateways. */
  readonly random: () => number
}

/** Whether a call may be tried: `probe` is the one call that finds out whether the other side is back. */
export type Passage = 'closed' | 'probe' | 'open'

/** A circuit breaker: after a few failures nobody waits any more, and one call at a time tries whether it is over. */
export class Breaker {
  #failedMs: number[] = []
  #openUntilMs: number | undefined
  #openMs: number
  #closedMs: number | undefined
  #probing = false

  constructor(readonly options: BreakerOptions) {
    this.#openMs = options.openMs
  }

  /** Asks for passage; a `probe` must be answered with `succeeded` or `failed`. */
  passage(): Passage {
    if (this.#openUntilMs === undefined) return 'closed'
    if (this.#probing || this.options.now() < this.#openUntilMs) return 'open'
    this.#probing = true
    return 'probe'
  }

  get isOpen(): boolean {
    return this.#openUntilMs !== undefined
  }

  /** Returns true when this success closed it. */
  succeeded(passage: Passage): boolean {
    if (passage !== 'probe') return false
    this.#probing = false
    this.#openUntilMs = undefined
    this.#closedMs = this.options.now()
    this.#failedMs = []
    return true
  }

  /** Something says that the other side is back: the next call may try at once, and if that is too early another one after `openMs`. */
  hurry(): void {
    if (this.#openUntilMs === undefined) return
    this.#openUntilMs = this.options.now()
    this.#openMs = this.options.openMs / 2
  }

  /** Returns true when this failure opened it. */
  failed(passage: Passage): boolean {
    const { now, withinMs, failures, openMs, openMsMax } = this.options
    const nowMs = now()
    if (passage === 'probe') {
      this.#probing = false
      this.#openMs = Math.min(openMsMax, this.#openMs * 2)
      this.#open(nowMs)
      return false
    }
    if (this.#openUntilMs !== undefined) return false
    this.#failedMs = [...this.#failedMs.filter((time) => nowMs - time < withinMs), nowMs]
    if (this.#failedMs.length < failures) return false
    // What fails again so soon is not well: it is left alone for longer each time instead of switching to and fro.
    const soon = this.#closedMs !== undefined && nowMs - this.#closedMs < openMsMax
    this.#openMs = soon ? Math.min(openMsMax, this.#openMs * 2) : openMs
    this.#open(nowMs)
    return true
  }

  #open(nowMs: number): void {
    this.#openUntilMs = nowMs + this.#openMs * (1 + this.options.random() * 0.2)
  }
}
