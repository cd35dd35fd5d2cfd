/** What a wait ended with. */
export type WaitOutcome = 'changed' | 'time-over' | 'shed'

/** People in a waiting room: all are called when something new is there, and at most so many fit in. */
export class Waiters {
  readonly #waiting = new Set<(outcome: WaitOutcome) => void>()

  constructor(private readonly sizeMax: number) {}

  get size(): number {
    return this.#waiting.size
  }

  /** Resolves with `changed` when woken, `time-over` after `waitMs` or when the signal aborts, `shed` at once when the room is full. */
  wait(waitMs: number, signal: AbortSignal): Promise<WaitOutcome> {
    if (this.#waiting.size >= this.sizeMax) return Promise.resolve('shed')
    if (signal.aborted || waitMs <= 0) return Promise.resolve('time-over')
    return new Promise((resolve) => {
      const leave = (outcome: WaitOutcome): void => {
        this.#waiting.delete(leave)
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        resolve(outcome)
      }
      const onAbort = (): void => leave('time-over')
      const timer = setTimeout(() => leave('time-over'), waitMs)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.add(leave)
    })
  }

  wakeAll(outcome: WaitOutcome): void {
    for (const leave of [...this.#waiting]) leave(outcome)
  }
}
