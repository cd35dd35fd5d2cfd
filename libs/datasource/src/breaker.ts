import { AppError } from '@penstock/errors'
import type { Driver, Transaction, TransactionOptions } from './driver.js'

export interface BreakerRules {
  /** Consecutive calls that the data source refused, after which no more are sent. */
  readonly failuresMax: number
  /** How long it stays open before one call may try. */
  readonly openMs: number
  /** A clock that never steps back, in milliseconds. */
  readonly nowMs: () => number
}

export type BreakerState = 'closed' | 'open' | 'half-open'

/**
 * A driver that stops asking a data source which refuses connections: after `failuresMax` refusals in a row every call fails at once with
 * DATASOURCE_REFUSED; after `openMs` one call at a time may try, and its success closes the breaker. Only DATASOURCE_REFUSED counts: a slow
 * or wrong statement says nothing about the connection. `changed` hears of every change of state.
 */
export function breaker(
  inner: Driver,
  rules: BreakerRules,
  changed: (state: BreakerState) => void = () => undefined,
): Driver {
  const circuit = new Circuit(rules, changed)
  return {
    async query(statements, options) {
      const settle = circuit.enter()
      try {
        const results = await inner.query(statements, options)
        settle('answered')
        return results
      } catch (error) {
        settle(outcomeOf(error))
        throw error
      }
    },
    async *stream(statement, options) {
      const settle = circuit.enter()
      try {
        for await (const batch of inner.stream(statement, options)) {
          settle('answered')
          yield batch
        }
      } catch (error) {
        settle(outcomeOf(error))
        throw error
      } finally {
        settle('unknown')
      }
    },
    ...(inner.begin === undefined ? {} : { begin: (options) => guardedBegin(inner, circuit, options) }),
    close: () => inner.close(),
  }
}

async function guardedBegin(inner: Driver, circuit: Circuit, options: TransactionOptions): Promise<Transaction> {
  if (inner.begin === undefined) throw new AppError('STATEMENT_FAILED', 'the data source has no transactions')
  const settle = circuit.enter()
  try {
    const transaction = await inner.begin(options)
    settle('answered')
    return transaction
  } catch (error) {
    settle(outcomeOf(error))
    throw error
  }
}

type Outcome = 'answered' | 'refused' | 'unknown'

/** An aborted call or a full queue never met the data source; every other failure is an answer of it. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof AppError)) return 'unknown'
  if (error.code === 'DATASOURCE_REFUSED') return 'refused'
  return error.code === 'STATEMENT_REJECTED' || error.code === 'STATEMENT_FAILED' ? 'answered' : 'unknown'
}

class Circuit {
  #failures = 0
  #openedAtMs: number | undefined
  #probing = false

  constructor(
    readonly rules: BreakerRules,
    readonly changed: (state: BreakerState) => void,
  ) {}

  /** Lets a call in, or throws. The returned function must be called with how it went; only its first call counts. */
  enter(): (outcome: Outcome) => void {
    const isProbe = this.#openedAtMs !== undefined
    if (isProbe) this.#beginProbe(this.#openedAtMs ?? 0)
    let settled = false
    return (outcome) => {
      if (settled) return
      settled = true
      if (isProbe) this.#probing = false
      if (outcome === 'answered') this.#close()
      else if (outcome === 'refused') this.#refused()
    }
  }

  #beginProbe(openedAtMs: number): void {
    const waitMs = openedAtMs + this.rules.openMs - this.rules.nowMs()
    if (this.#probing || waitMs > 0) {
      const seconds = Math.max(1, Math.ceil(waitMs / 1000))
      throw new AppError('DATASOURCE_REFUSED', `not tried: ${this.#failures} refusals in a row`, {
        headers: { 'Retry-After': String(seconds) },
      })
    }
    this.#probing = true
    this.changed('half-open')
  }

  #close(): void {
    this.#failures = 0
    if (this.#openedAtMs === undefined) return
    this.#openedAtMs = undefined
    this.changed('closed')
  }

  #refused(): void {
    this.#failures += 1
    if (this.#failures < this.rules.failuresMax) return
    this.#openedAtMs = this.rules.nowMs()
    this.changed('open')
  }
}
