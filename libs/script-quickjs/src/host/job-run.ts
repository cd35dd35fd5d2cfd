import { randomFillSync } from 'node:crypto'
import type { JobEnd } from '../protocol/ends.js'
import type { JobHead } from '../protocol/messages.js'
import { CLOCKS } from './thread-cpu.js'
import { JobClock } from './clock.js'
import { endOf } from './fault.js'
import { type GuestPort, GuestThrow } from './guest.js'
import { HostCalls } from './host-calls.js'
import type { Station } from './station.js'
import './web-assembly.js'

export interface JobTexts {
  readonly context: string
  /** One per step. */
  readonly inputs: readonly string[]
}

export interface RanJob {
  readonly end: JobEnd
  readonly results: readonly string[]
  readonly cpuMs: number
  readonly logLinesDropped: number
  /** Whether the instance may have been harmed and must not serve again. */
  readonly isDoubtful: boolean
}

/** One job in its guest: runs the steps in order until one does not succeed. */
export class JobRun {
  readonly #clock: JobClock
  readonly #calls: HostCalls
  readonly #results: string[] = []
  readonly #present: boolean[] = []
  #step = 0
  #isCompiled = false

  constructor(
    private readonly head: JobHead,
    private readonly texts: JobTexts,
    private readonly station: Station,
    private readonly isCapped: { readonly result: boolean; readonly calls: boolean; readonly logs: boolean },
    port: GuestPort,
  ) {
    this.#clock = new JobClock(head.wallMs, head.cpuMs, CLOCKS)
    this.#calls = new HostCalls(head, this.#clock, isCapped, port)
  }

  /** Never rejects: whatever the guest or the engine throws is an end. */
  async run(): Promise<RanJob> {
    const end = await this.#attempt()
    const isPlain = end.kind === 'done' || end.kind === 'threw' || end.kind === 'api-error'
    return {
      end,
      results: end.kind === 'done' ? this.#results : [],
      cpuMs: this.#clock.usedMs(),
      logLinesDropped: this.#calls.linesDropped,
      isDoubtful: !isPlain || this.station.engine.refusedMemory() || this.station.engine.isSwollen(),
    }
  }

  /** Gives the guest the answer to a host call and lets it go on. */
  answer(id: number, isWell: boolean, text: string): void {
    this.#calls.answered(id, isWell, text)
  }

  /** Ends the job as soon as the guest is not in the interpreter. */
  cancel(): void {
    this.#clock.stop({ kind: 'aborted' })
    this.#calls.wake()
  }

  async #attempt(): Promise<JobEnd> {
    try {
      this.#clock.measure(() => {
        this.#isCompiled = this.station.prepare(this.head)
        const { memoryBytes } = this.head
        this.station.guest.begin(this.#clock, this.#calls, memoryBytes, this.texts.context, randomWords())
      })
      const macros = new Set<string>()
      for (const step of this.head.steps) {
        this.#clock.measure(() => {
          this.#enter(step, macros)
        })
        const end = await this.#settle()
        if (end !== undefined) return end
        this.#step += 1
      }
      return { kind: 'done', present: this.#present }
    } catch (error) {
      return this.#endOf(error)
    }
  }

  #enter(step: JobHead['steps'][number], seen: Set<string>): void {
    for (const macro of step.macros) {
      const key = `${macro.name}\n${macro.source}`
      // Steps that share a macro share its one evaluation.
      if (!seen.has(key)) this.station.guest.evaluateMacro(macro.name, macro.source)
      seen.add(key)
    }
    const input = this.texts.inputs[this.#step] ?? 'null'
    const { name, source } = step.file
    if (this.#isCompiled) this.station.guest.enterCompiled(step.role, String(this.#step), name, input)
    else this.station.guest.enter(step.role, name, source, input)
  }

  /** Lets the guest run until the step has an end; undefined when it succeeded. */
  async #settle(): Promise<JobEnd | undefined> {
    for (;;) {
      const state = this.#clock.measure(() => {
        this.#calls.deliver((id, isWell, text) => {
          this.station.guest.settle(id, isWell, text)
        })
        this.station.guest.pump(this.#clock)
        return this.#clock.isOver() ? '' : this.station.guest.state
      })
      if (this.#clock.stopped !== undefined) return this.#clock.stopped
      if (state !== '') return this.#clock.measure(() => this.#take(state))
      if (!this.#calls.areUnderWay) return this.#neverEnds()
      await this.#calls.answerOr(this.#clock.wallLeftMs())
    }
  }

  #take(state: string): JobEnd | undefined {
    if (state === 'threw') return this.#orMemory(endOf(this.station.guest.outcome, this.#step, this.#linesOf))
    this.#present.push(state === 'done')
    if (state !== 'done') return undefined
    // Measured before a byte of it is copied: a result of 200 MB must not exist twice.
    if (this.isCapped.result && this.station.guest.outcomeChars > this.head.resultBytesMax) return RESULT_TOO_LARGE
    const result = this.station.guest.outcome
    if (this.isCapped.result && Buffer.byteLength(result) > this.head.resultBytesMax) return RESULT_TOO_LARGE
    this.#results.push(result)
    return undefined
  }

  #endOf(error: unknown): JobEnd {
    if (this.#clock.stopped !== undefined) return this.#clock.stopped
    if (error instanceof GuestThrow) return this.#orMemory(endOf(error.description, this.#step, this.#linesOf))
    // The thread's own stack ended before the guest's did, or the instance is in disorder: it is thrown away.
    if (error instanceof RangeError) return { kind: 'over-budget', what: 'stack' }
    if (error instanceof WebAssembly.RuntimeError) return { kind: 'over-budget', what: 'memory' }
    return this.station.engine.refusedMemory() ? { kind: 'over-budget', what: 'memory' } : { kind: 'lost' }
  }

  /** What was to settle its promise may have ended for want of memory, and nobody heard of it. */
  #neverEnds(): JobEnd {
    return this.station.engine.refusedMemory()
      ? { kind: 'over-budget', what: 'memory' }
      : { kind: 'threw', step: this.#step, thrown: NEVER_SETTLES }
  }

  /** Without memory a guest cannot even say what it threw. */
  #orMemory(end: JobEnd): JobEnd {
    const isMute = end.kind === 'threw' && end.thrown.message === '' && this.station.engine.refusedMemory()
    return isMute ? { kind: 'over-budget', what: 'memory' } : end
  }

  readonly #linesOf = (file: string): number => {
    const files = this.head.steps.flatMap((step) => [step.file, ...step.macros])
    const source = files.find((one) => one.name === file)?.source
    return source === undefined ? Infinity : source.split('\n').length
  }
}

const randomWords = () => Array.from(randomFillSync(new Uint32Array(3)))

const RESULT_TOO_LARGE: JobEnd = { kind: 'over-budget', what: 'result' }
const NEVER_SETTLES = {
  name: 'Error',
  message: 'the script waits for a promise that nothing can settle',
  stack: '',
}
