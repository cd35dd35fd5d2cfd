import { CallSignal } from './call-signal.js'

/** Work for answers that are given while they are made anew: nobody waits for it, so it is bounded and can be ended. */
export class Refreshes {
  failures = 0
  readonly #running = new Map<string, CallSignal>()
  #idle: (() => void)[] = []
  #isClosed = false

  constructor(readonly runningMax = 100) {}

  /** Starts the work, unless there is some for this key already, or too much in all: a later call will try again. */
  start(key: string, work: (signal: CallSignal) => Promise<void>): void {
    if (this.#isClosed || this.#running.has(key) || this.#running.size >= this.runningMax) return
    const signal = new CallSignal()
    this.#running.set(key, signal)
    const ended = () => {
      this.#running.delete(key)
      if (this.#running.size === 0) for (const idle of this.#idle.splice(0)) idle()
    }
    work(signal).then(ended, () => {
      this.failures += 1
      ended()
    })
  }

  /** Ends what runs, on the data source too. */
  async close(reason: unknown): Promise<void> {
    this.#isClosed = true
    for (const signal of this.#running.values()) signal.abort(reason)
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }
}
