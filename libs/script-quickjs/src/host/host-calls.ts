import type { JobHead } from '../protocol/messages.js'
import type { JobClock } from './clock.js'
import type { GuestPort } from './guest.js'

interface Answer {
  readonly id: number
  readonly isWell: boolean
  readonly text: string
}

/** The host calls and log lines of one job as they leave the guest, within its budgets. */
export class HostCalls implements GuestPort {
  readonly #pending = new Set<number>()
  #answers: Answer[] = []
  #wake: (() => void) | undefined
  #bytes = 0
  #logLines = 0
  #logBytes = 0
  linesDropped = 0

  constructor(
    private readonly head: JobHead,
    private readonly clock: JobClock,
    private readonly isCapped: { readonly calls: boolean; readonly logs: boolean },
    private readonly out: GuestPort,
  ) {}

  call(id: number, name: string, args: string): void {
    if (this.clock.stopped !== undefined) return
    this.#count(name.length + args.length)
    this.#pending.add(id)
    this.out.call(id, name, args)
  }

  log(level: string, text: string): void {
    this.#logLines += 1
    this.#logBytes += text.length
    const isOver = this.#logLines > this.head.logLinesMax || this.#logBytes > this.head.logBytesMax
    if (this.isCapped.logs && isOver) this.linesDropped += 1
    else this.out.log(level, text)
  }

  answered(id: number, isWell: boolean, text: string): void {
    if (!this.#pending.delete(id)) return
    this.#count(text.length)
    this.#answers.push({ id, isWell, text })
    this.wake()
  }

  /** Hands over all answers that have arrived. */
  deliver(take: (id: number, isWell: boolean, text: string) => void): void {
    const answers = this.#answers
    this.#answers = []
    for (const { id, isWell, text } of answers) take(id, isWell, text)
  }

  /** Whether an answer is there or can still come. */
  get areUnderWay(): boolean {
    return this.#pending.size > 0 || this.#answers.length > 0
  }

  /** Resolves when an answer is there, when woken, or after so long. */
  async answerOr(ms: number): Promise<void> {
    if (this.#answers.length > 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }

  wake(): void {
    this.#wake?.()
  }

  #count(bytes: number): void {
    this.#bytes += bytes
    if (this.isCapped.calls && this.#bytes > this.head.hostBytesMax)
      this.clock.stop({ kind: 'over-budget', what: 'host bytes' })
  }
}
