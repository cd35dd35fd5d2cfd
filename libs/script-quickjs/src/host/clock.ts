export type Stop =
  | { readonly kind: 'timeout'; readonly clock: 'cpu' | 'wall' }
  | { readonly kind: 'over-budget'; readonly what: 'memory' | 'stack' | 'result' | 'host calls' | 'host bytes' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'lost' }

export interface ClockSources {
  nowMs(): number
  /** Processor time of this thread, where it is known. */
  threadCpuMs(): number | undefined
}

// Up to this share of its budget a job is charged the time that passed: most end before, and asking the kernel costs more than they do.
const CHARGED_BY_PASSING = 0.25

/**
 * Two of the three clocks of a job: time in the interpreter, and time since its start. What once stopped a job stays. A thread that had to wait for a
 * core is not charged for it: the host runs below everything else, and a busy machine must not look like a busy script.
 */
export class JobClock {
  readonly #startedMs: number
  #sliceMs = 0
  #usedMs = 0
  #isRunning = false
  #stop: Stop | undefined
  #cpuFrom: { readonly cpuMs: number; readonly usedMs: number } | undefined
  #askAgainMs = 0

  constructor(
    private readonly wallMs: number,
    private readonly cpuMs: number,
    private readonly sources: ClockSources,
  ) {
    this.#startedMs = sources.nowMs()
  }

  /** Runs a piece of the guest and counts its time. */
  measure<T>(work: () => T): T {
    if (this.#isRunning) return work()
    this.#sliceMs = this.sources.nowMs()
    this.#isRunning = true
    try {
      return work()
    } finally {
      this.#usedMs += this.sources.nowMs() - this.#sliceMs
      this.#isRunning = false
    }
  }

  /** Asked from inside the interpreter and between batches of promise jobs. */
  isOver(): boolean {
    if (this.#stop !== undefined) return true
    const nowMs = this.sources.nowMs()
    if (nowMs - this.#startedMs >= this.wallMs) this.stop({ kind: 'timeout', clock: 'wall' })
    else if (this.#isCpuOver(this.usedMs(nowMs))) this.stop({ kind: 'timeout', clock: 'cpu' })
    return this.#stop !== undefined
  }

  /** Ends the job for this reason, unless it has one. */
  stop(reason: Stop): void {
    this.#stop ??= reason
  }

  get stopped(): Stop | undefined {
    return this.#stop
  }

  /** Time in the interpreter, waiting for a core included. */
  usedMs(nowMs = this.sources.nowMs()): number {
    return this.#usedMs + (this.#isRunning ? nowMs - this.#sliceMs : 0)
  }

  wallLeftMs(): number {
    return Math.max(0, this.wallMs - (this.sources.nowMs() - this.#startedMs))
  }

  #isCpuOver(usedMs: number): boolean {
    if (this.#cpuFrom === undefined) {
      const chargedMs = this.cpuMs * CHARGED_BY_PASSING
      if (usedMs < chargedMs) return false
      const cpuMs = this.sources.threadCpuMs()
      if (cpuMs === undefined) return usedMs >= this.cpuMs
      // Asked late, the thread was kept from running, or in a native function, which is the watchdog's affair.
      this.#cpuFrom = { cpuMs, usedMs: chargedMs }
      this.#askAgainMs = this.cpuMs
      return false
    }
    // It cannot have used more than has passed.
    if (usedMs < this.#askAgainMs) return false
    const chargedMs = this.#cpuFrom.usedMs + (this.sources.threadCpuMs() ?? Infinity) - this.#cpuFrom.cpuMs
    this.#askAgainMs = usedMs + this.cpuMs - chargedMs
    return chargedMs >= this.cpuMs
  }
}
