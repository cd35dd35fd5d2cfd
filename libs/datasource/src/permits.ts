import { AppError } from '@penstock/errors'
import { abortFailure } from './abort-failure.js'

/** How many calls may run at once on one data source, and who may wait. */
export interface PermitRules {
  readonly running: number
  /** How many may wait; 0: nobody. */
  readonly queueSize: number
  readonly queueWaitMsMax: number
}

/** Lets at most `running` holders in, the others in the order in which they came. */
export interface Permits {
  /**
   * Resolves with a function that gives the permit back (once; more often does nothing). Rejects with DATASOURCE_BUSY when the queue is
   * full or the wait is over, and with the signal's failure when it aborts; who left does not hold a place.
   */
  acquire(signal: AbortSignal): Promise<() => void>
  readonly running: number
  readonly waiting: number
}

/** Permits that are kept in this process. */
export function permits(rules: PermitRules): Permits {
  return new FifoPermits(rules)
}

class FifoPermits implements Permits {
  #running = 0
  // A Set keeps the order of arrival and lets anyone leave in constant time.
  readonly #queue = new Set<() => void>()

  constructor(readonly rules: PermitRules) {}

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#queue.size
  }

  async acquire(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw abortFailure(signal)
    if (this.#running < this.rules.running) this.#running += 1
    else await this.#turn(signal)
    return this.#permit()
  }

  #turn(signal: AbortSignal): Promise<void> {
    if (this.#queue.size >= this.rules.queueSize)
      throw busy(`${this.#queue.size} calls are waiting already`, this.rules)
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#queue.delete(enter)
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      }
      const enter = (): void => {
        leave()
        resolve()
      }
      const abort = (): void => {
        leave()
        reject(abortFailure(signal))
      }
      const timer = setTimeout(() => {
        leave()
        reject(busy(`waited ${this.rules.queueWaitMsMax} ms for a connection`, this.rules))
      }, this.rules.queueWaitMsMax)
      this.#queue.add(enter)
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  #permit(): () => void {
    let held = true
    return () => {
      if (!held) return
      held = false
      // The permit goes to the next in line without becoming free, so that nobody overtakes.
      const [next] = this.#queue
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}

function busy(detail: string, rules: PermitRules): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(rules.queueWaitMsMax / 1000))
  return new AppError('DATASOURCE_BUSY', detail, { headers: { 'Retry-After': String(retryAfterSeconds) } })
}
