import type { LogLevel, ScriptJob } from '@penstock/script'
import { performance } from 'node:perf_hooks'
import { FRAME } from '../protocol/frame.js'
import type { Defence } from '../protocol/defences.js'
import { printable } from './printable.js'

export interface DeskEvents {
  reply(call: number, kind: number, text: string): void
  /** More was asked for than the budget holds: the job is over. */
  exceeded(what: 'host calls' | 'host bytes'): void
  /** Whether the host owes the script nothing, so that time is the script's own. */
  idleChanged(isIdle: boolean): void
}

interface Asked {
  readonly call: number
  readonly name: string
  readonly args: string
}

const LEVELS: ReadonlySet<string> = new Set<LogLevel>(['debug', 'info', 'warn', 'error'])
const isLevel = (level: string): level is LogLevel => LEVELS.has(level)

/** Where the host calls of one job arrive: counts them, lets so many through at once, and cancels all when the job ends. */
export class HostDesk {
  // Made for the first call: most scripts make none, and a controller is a third of what their job costs here.
  #ending: AbortController | undefined
  readonly #waiting: Asked[] = []
  #inFlight = 0
  #calls = 0
  #bytes = 0
  #lines = 0
  #lineBytes = 0
  #dropped = 0
  #isOpen = true
  #idleSinceMs: number | undefined = performance.now()
  #idleMs = 0

  constructor(
    private readonly job: ScriptJob,
    private readonly events: DeskEvents,
    private readonly without: ReadonlySet<Defence>,
  ) {}

  call(call: number, name: string, args: string): void {
    const { hostCallsMax, hostCallsInFlightMax } = this.job.budget
    this.#calls += 1
    if (this.#calls > hostCallsMax && !this.without.has('calls')) this.#exceed('host calls')
    else if (this.#fits(name, args)) {
      this.#waiting.push({ call, name, args })
      if (this.#inFlight < hostCallsInFlightMax) this.#next()
    }
  }

  log(level: string, text: string): void {
    const { logLinesMax, logBytesMax } = this.job.budget
    const line = this.without.has('logs') ? text : printable(text)
    this.#lines += 1
    this.#lineBytes += Buffer.byteLength(line)
    const isOver = this.#lines > logLinesMax || this.#lineBytes > logBytesMax
    if (isOver && !this.without.has('logs')) this.#dropped += 1
    else this.#tell(isLevel(level) ? level : 'info', line)
  }

  #tell(level: LogLevel, line: string): void {
    try {
      this.job.host.log(level, line)
    } catch {
      // A log that fails is no fault of the script, and none of the process that runs it.
      this.#dropped += 1
    }
  }

  addDropped(lines: number): void {
    this.#dropped += lines
  }

  /** Cancels what is under way and says what was used. */
  close(): { hostCalls: number; logLinesDropped: number; idleMs: number } {
    this.#isOpen = false
    this.#markIdle(false)
    this.#waiting.length = 0
    this.#ending?.abort()
    return { hostCalls: this.#calls, logLinesDropped: this.#dropped, idleMs: this.#idleMs }
  }

  #next(): void {
    const asked = this.#waiting.shift()
    if (asked === undefined) return
    this.#inFlight += 1
    if (this.#inFlight === 1) this.#markIdle(false)
    void this.#serve(asked)
  }

  async #serve({ call, name, args }: Asked): Promise<void> {
    let kind: number = FRAME.reply
    let text: string
    this.#ending ??= new AbortController()
    try {
      text = await this.job.host.call({ name, args }, this.#ending.signal)
    } catch (error) {
      kind = FRAME.refusal
      text = error instanceof Error ? error.message : 'the call failed'
    }
    if (!this.#isOpen) return
    this.#inFlight -= 1
    if (!this.#fits(text)) return
    this.events.reply(call, kind, text)
    this.#next()
    if (this.#inFlight === 0) this.#markIdle(true)
  }

  #fits(...texts: string[]): boolean {
    for (const text of texts) this.#bytes += Buffer.byteLength(text)
    if (this.#bytes <= this.job.budget.hostBytesMax || this.without.has('calls')) return true
    this.#exceed('host bytes')
    return false
  }

  #exceed(what: 'host calls' | 'host bytes'): void {
    if (this.#isOpen) this.events.exceeded(what)
  }

  #markIdle(isIdle: boolean): void {
    if (this.#idleSinceMs !== undefined) this.#idleMs += performance.now() - this.#idleSinceMs
    this.#idleSinceMs = isIdle ? performance.now() : undefined
    this.events.idleChanged(isIdle)
  }
}
