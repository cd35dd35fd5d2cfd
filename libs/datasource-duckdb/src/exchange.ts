import type { AppError } from '@penstock/errors'
import type { Reply, Request } from './protocol/messages.js'

/** What an exchange needs of its process. */
export interface ExchangeHost {
  send(request: Request): void
  /** Ends the process: it did not stop what it was told to. */
  kill(why: string): void
}

export type Answer = Exclude<Reply, { readonly kind: 'ready' | 'refused' | 'failed' }>

// DuckDB looks for an interrupt at each vector; whoever does not stop for so long hangs.
const STOP_MS_MAX = 2_000

/**
 * One request and what comes back, in order. Only as much arrives as was asked for, so the queue is as short as the reader is slow. Every
 * wait ends: with an answer, with a fault, when it is stopped, or when the process is gone.
 */
export class Exchange {
  /** Resolves when the process is done with the request, whether anybody waits for it or not. Never rejects. */
  readonly ended: Promise<void>
  readonly #answers: Answer[] = []
  #failure: AppError | undefined
  #isOver = false
  #wake: (() => void) | undefined
  #settleEnd: () => void = () => undefined
  #killTimer: NodeJS.Timeout | undefined

  constructor(
    readonly id: number,
    readonly host: ExchangeHost,
  ) {
    this.ended = new Promise((resolve) => (this.#settleEnd = resolve))
  }

  /** The next answer; undefined after the last. Rejects with why there is none. */
  async next(): Promise<Exclude<Answer, { readonly kind: 'end' }> | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure
      const answer = this.#answers.shift()
      if (answer?.kind === 'end') return undefined
      if (answer !== undefined) return answer
      if (this.#isOver) return undefined
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** Asks for one more batch. */
  more(): void {
    if (!this.#isOver) this.host.send({ kind: 'more', id: this.id })
  }

  /** Stops what runs. Whoever waits fails at once; `ended` follows when the process has stopped it. */
  stop(failure: AppError): void {
    if (this.#isOver || this.#killTimer !== undefined) return
    this.#failure = failure
    this.#killTimer = setTimeout(() => this.host.kill('a statement did not stop'), STOP_MS_MAX)
    this.host.send({ kind: 'stop', id: this.id })
    this.#wake?.()
  }

  /** An answer has arrived. */
  take(answer: Answer): void {
    this.#answers.push(answer)
    if (answer.kind === 'end') this.#end()
    this.#wake?.()
  }

  /** Nothing more comes, because of this. */
  fail(failure: AppError): void {
    this.#failure ??= failure
    this.#end()
    this.#wake?.()
  }

  #end(): void {
    this.#isOver = true
    clearTimeout(this.#killTimer)
    this.#settleEnd()
  }
}
