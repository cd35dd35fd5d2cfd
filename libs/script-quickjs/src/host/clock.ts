import { performance } from 'node:perf_hooks'

export type Stop =
  | { readonly kind: 'timeout'; readonly clock: 'cpu' | 'wall' }
  | { readonly kind: 'over-budget'; readonly what: 'memory' | 'stack' | 'result' | 'host calls' | 'host bytes' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'lost' }

/** Two of the three clocks of a job: time in the interpreter, and time since its start. What once stopped a job stays. */
export class JobClock {
  readonly #startedMs = performance.now()
  #sliceMs = 0
  #usedMs = 0
  #isRunning = false
  #stop: Stop | undefined

  constructor(
    private readonly wallMs: number,
    private readonly cpuMs: number,
  ) {}

  /** Runs a piece of the guest and counts its time. */
  measure<T>(work: () => T): T {
    if (this.#isRunning) return work()
    this.#sliceMs = performance.now()
    this.#isRunning = true
    try {
      return work()
    } finally {
      this.#usedMs += performance.now() - this.#sliceMs
      this.#isRunning = false
    }
  }

  /** Asked from inside the interpreter and between batches of promise jobs. */
  isOver(): boolean {
    if (this.#stop !== undefined) return true
    const nowMs = performance.now()
    if (nowMs - this.#startedMs >= this.wallMs) this.stop({ kind: 'timeout', clock: 'wall' })
    else if (this.usedMs(nowMs) >= this.cpuMs) this.stop({ kind: 'timeout', clock: 'cpu' })
    return this.#stop !== undefined
  }

  /** Ends the job for this reason, unless it has one. */
  stop(reason: Stop): void {
    this.#stop ??= reason
  }

  get stopped(): Stop | undefined {
    return this.#stop
  }

  usedMs(nowMs = performance.now()): number {
    return this.#usedMs + (this.#isRunning ? nowMs - this.#sliceMs : 0)
  }

  wallLeftMs(): number {
    return Math.max(0, this.wallMs - (performance.now() - this.#startedMs))
  }
}
