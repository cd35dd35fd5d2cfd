import type { ScriptEnd, ScriptJob, ScriptOutcome } from '@penstock/script'
import { performance } from 'node:perf_hooks'
import { FRAME, type Frame } from '../protocol/frame.js'
import type { Defence } from '../protocol/defences.js'
import { endHead } from '../protocol/ends.js'
import type { JobHead } from '../protocol/messages.js'
import { outcomeEnd } from './outcome-end.js'
import { HostDesk } from './host-desk.js'
import { QUICK_MS } from './tempers.js'

// What ends a job leaves its caller 90 ms of the promised 150.
const WALL_GRACE_MS = 60
// A thread that waits for a core is not at fault, and says itself when it has used up its time; this is for those that cannot.
const CPU_PATIENCE = 2
const CPU_GRACE_MS = 150

export interface JobWire {
  send(kind: number, job: number, call: number, texts: readonly string[]): void
}

/** How a job left its thread: `free` for another, or `stuck` in what it does. */
export type Leave = 'free' | 'stuck'

export interface JobEvents {
  /** It has computed for longer than a quick one by now, or waits for its host again. */
  slow(isSlow: boolean): void
  /** Once, as soon as the caller can have his answer. */
  ended(outcome: ScriptOutcome): void
  /** Once, when the thread has said that it is done, or has been given up. */
  left(how: Leave): void
}

/** One job on its thread, seen from the process that asked: its host calls, its budgets again, and the third clock. */
export class ActiveJob {
  readonly #startedMs = performance.now()
  readonly #desk: HostDesk
  #wallTimer: NodeJS.Timeout | undefined
  #cpuTimer: NodeJS.Timeout | undefined
  #slowTimer: NodeJS.Timeout | undefined
  #isAnswered = false
  #hasLeft = false

  constructor(
    private readonly number: number,
    private readonly job: ScriptJob,
    private readonly queueMs: number,
    private readonly wire: JobWire,
    private readonly events: JobEvents,
    private readonly without: ReadonlySet<Defence>,
  ) {
    this.#desk = new HostDesk(
      job,
      {
        reply: (call, kind, text) => {
          wire.send(kind, number, call, [text])
        },
        exceeded: (what) => {
          this.#endEarly({ kind: 'over-budget', what })
        },
        idleChanged: (isIdle) => {
          this.#watchCpu(isIdle)
          this.#watchPace(isIdle)
        },
      },
      without,
    )
  }

  start(): void {
    const { steps, context } = this.job
    this.wire.send(FRAME.job, this.number, 0, [
      JSON.stringify(headOf(this.job)),
      context,
      ...steps.map((step) => step.input),
    ])
    this.job.signal.addEventListener('abort', this.#onAbort, { once: true })
    if (this.without.has('watchdog')) return
    this.#wallTimer = setTimeout(() => {
      this.#giveUp()
    }, this.job.budget.wallMs + WALL_GRACE_MS)
    this.#watchCpu(true)
    this.#watchPace(true)
  }

  hear(frame: Frame): void {
    const [first = '', second = ''] = frame.texts
    if (frame.kind === FRAME.end) this.#ended(first, frame.texts.slice(1))
    else if (this.#isAnswered) return
    else if (frame.kind === FRAME.call) this.#desk.call(frame.call, first, second)
    else if (frame.kind === FRAME.log) this.#desk.log(first, second)
  }

  /** The process or the thread is gone. */
  lost(): void {
    this.#answer({ kind: 'lost' })
    this.#leave('stuck')
  }

  /** Ends the job now; the thread has a moment to say that it is free. */
  readonly #onAbort = () => {
    this.#endEarly({ kind: 'aborted' })
  }

  #ended(head: string, results: string[]): void {
    const { end, cpuMs, logLinesDropped } = endHead.parse(JSON.parse(head))
    this.#desk.addDropped(logLinesDropped)
    this.#answer(outcomeEnd(end, results), cpuMs)
    this.#leave('free')
  }

  #endEarly(end: ScriptEnd): void {
    this.#answer(end)
    this.wire.send(FRAME.cancel, this.number, 0, [])
    clearTimeout(this.#wallTimer)
    this.#wallTimer = setTimeout(() => {
      this.#leave('stuck')
    }, WALL_GRACE_MS)
  }

  #giveUp(): void {
    this.#answer({ kind: 'timeout', clock: 'watchdog' })
    this.#leave('stuck')
  }

  /** While the host owes no answer, whatever passes is the script's own time. */
  #watchCpu(isComputing: boolean): void {
    clearTimeout(this.#cpuTimer)
    if (!isComputing || this.without.has('watchdog') || this.#isAnswered) return
    this.#cpuTimer = setTimeout(
      () => {
        this.#giveUp()
      },
      CPU_PATIENCE * this.job.budget.cpuMs + CPU_GRACE_MS,
    )
  }

  #watchPace(isComputing: boolean): void {
    clearTimeout(this.#slowTimer)
    if (this.#isAnswered) return
    if (!isComputing) this.events.slow(false)
    else
      this.#slowTimer = setTimeout(() => {
        this.events.slow(true)
      }, QUICK_MS)
  }

  #answer(end: ScriptEnd, cpuMs?: number): void {
    if (this.#isAnswered) return
    this.#isAnswered = true
    clearTimeout(this.#cpuTimer)
    this.job.signal.removeEventListener('abort', this.#onAbort)
    const wallMs = performance.now() - this.#startedMs
    const { hostCalls, logLinesDropped, idleMs } = this.#desk.close()
    this.events.ended({
      ...end,
      // A thread that had to be ended cannot say what it used: all the time in which nobody owed it an answer.
      usage: { queueMs: this.queueMs, wallMs, cpuMs: cpuMs ?? idleMs, hostCalls, logLinesDropped },
    })
  }

  #leave(how: Leave): void {
    if (this.#hasLeft) return
    this.#hasLeft = true
    clearTimeout(this.#slowTimer)
    clearTimeout(this.#wallTimer)
    clearTimeout(this.#cpuTimer)
    this.events.left(how)
  }
}

function headOf(job: ScriptJob): JobHead {
  const { wallMs, cpuMs, memoryBytes, hostBytesMax, resultBytesMax, logLinesMax, logBytesMax } = job.budget
  return {
    key: job.steps.map((step) => `${step.role} ${step.program.hash}`).join(' '),
    moduleId: job.moduleId,
    ...{ wallMs, cpuMs, memoryBytes, hostBytesMax, resultBytesMax, logLinesMax, logBytesMax },
    steps: job.steps.map(({ role, program }) => ({ role, file: program.file, macros: [...program.macros] })),
  }
}
