import type {
  ScriptFault,
  ScriptJob,
  ScriptOutcome,
  ScriptProgram,
  ScriptRole,
  ScriptRunner,
  ScriptStep,
} from '@penstock/script'
import { performance } from 'node:perf_hooks'
import type { Frame } from '../protocol/frame.js'
import type { Defence } from '../protocol/defences.js'
import { ActiveJob, type JobWire, type Leave } from './active-job.js'
import { CheckJob, faultIn } from './check-job.js'
import type { ScriptRunnerOptions } from './options.js'
import { type Strike, Suspensions } from './suspensions.js'
import type { Threads } from './threads.js'
import { QUICK_MS, Tempers } from './tempers.js'
import type { Occupant, Refusal, Seat, WaitingRoom } from './waiting-room.js'

// How long a check may wait for a thread: whoever publishes can wait longer than a caller.
const CHECK_WAIT_MS = 5_000
// All checks under one name: a thread takes a new instance after each, so that they share nothing but the thread.
const CHECKS = 'check'

interface Active {
  readonly occupant: Occupant
  readonly slot: number
  /** Left out for a check. */
  readonly job?: ScriptJob
}

/** Jobs on threads: who may not run, who waits, and what follows when one had to be ended. */
export class ScriptPool implements ScriptRunner {
  readonly #active = new Map<number, Active>()
  readonly #suspensions = new Suspensions()
  readonly #tempers = new Tempers()
  #nextJob = 1

  constructor(
    private readonly threads: Threads,
    private readonly room: WaitingRoom,
    private readonly options: ScriptRunnerOptions,
    private readonly without: ReadonlySet<Defence>,
  ) {}

  run(job: ScriptJob): Promise<ScriptOutcome> {
    const key = keyOf(job.steps)
    const waitMs = this.without.has('suspension') ? 0 : this.#suspensions.waitMs(key, performance.now())
    if (waitMs > 0) {
      const retryAfterMs = Math.ceil(waitMs)
      return Promise.resolve({ kind: 'suspended', retryAfterMs, usage: usedNothing(0) })
    }
    const sinceMs = performance.now()
    return new Promise((resolve) => {
      const { apiId, caller, moduleId, signal, budget } = job
      this.room.enter({
        ...{ apiId, caller, moduleId, signal, waitMsMax: budget.queueWaitMs },
        temper: () => this.#tempers.of(key),
        occupy: (slot, seat) =>
          this.#occupy(slot, (number) => this.#jobOn(number, slot, job, sinceMs, resolve, seat), job),
        refuse: (refusal) => {
          resolve({ ...refusal, usage: usedNothing(performance.now() - sinceMs) })
        },
      })
    })
  }

  check(role: ScriptRole, program: ScriptProgram, signal: AbortSignal): Promise<readonly ScriptFault[]> {
    return new Promise((resolve) => {
      const turn = { apiId: 'check', caller: 'check', moduleId: CHECKS }
      this.room.enter({
        ...{ ...turn, signal, waitMsMax: CHECK_WAIT_MS },
        temper: () => 'slow',
        occupy: (slot, seat) =>
          this.#occupy(slot, (number) => {
            const events = {
              ended: resolve,
              left: (how: Leave) => {
                this.#vacate(number, slot, how, seat)
              },
            }
            return new CheckJob(number, role, program, this.#wireTo(slot), events)
          }),
        refuse: (refusal) => {
          resolve([faultIn(program, refusalOf(refusal))])
        },
      })
    })
  }

  /** A frame of a job on some thread. */
  hear(frame: Frame): void {
    const active = this.#active.get(frame.job)
    // Late words of a job that was given up find nobody.
    if (active?.slot === frame.slot) active.occupant.hear(frame)
  }

  threadGone(slot: number, how: 'alone' | 'with all'): void {
    for (const { occupant, slot: itsSlot, job } of [...this.#active.values()]) {
      if (itsSlot !== slot) continue
      occupant.lost()
      // A thread that ended under a job was ended by it; of a whole process nobody knows who it was.
      if (how === 'alone' && job !== undefined) this.#strike(job, 'kill')
    }
  }

  get activeJobs(): number {
    return this.#active.size
  }

  async close(): Promise<void> {
    this.room.close()
    await this.threads.close()
    for (const { occupant } of [...this.#active.values()]) occupant.lost()
  }

  #occupy(slot: number, make: (number: number) => Occupant, job?: ScriptJob): void {
    const number = this.#nextJob++
    const occupant = make(number)
    this.#active.set(number, { occupant, slot, ...(job === undefined ? {} : { job }) })
    occupant.start()
  }

  #jobOn(
    number: number,
    slot: number,
    job: ScriptJob,
    sinceMs: number,
    resolve: (outcome: ScriptOutcome) => void,
    seat: Seat,
  ): Occupant {
    const key = keyOf(job.steps)
    const events = {
      slow: (isSlow: boolean) => {
        if (isSlow) this.#tempers.tookLong(key)
        seat.slow(isSlow)
      },
      ended: (outcome: ScriptOutcome) => {
        this.#judge(job, key, outcome)
        resolve(outcome)
      },
      left: (how: Leave) => {
        this.#vacate(number, slot, how, seat)
      },
    }
    const queueMs = performance.now() - sinceMs
    return new ActiveJob(number, job, queueMs, this.#wireTo(slot), events, this.without)
  }

  #wireTo(slot: number): JobWire {
    return {
      send: (kind, job, call, texts) => {
        this.threads.send(slot, kind, job, call, texts)
      },
    }
  }

  #vacate(number: number, slot: number, how: Leave, seat: Seat): void {
    this.#active.delete(number)
    seat.leave()
    if (how === 'stuck') this.threads.end(slot)
    else this.threads.release(slot)
    this.room.serve()
  }

  /** Programs that had to be ended by force count towards a suspension. */
  #judge(job: ScriptJob, key: string, outcome: ScriptOutcome): void {
    if (endsItself.has(outcome.kind)) this.#tempers.ended(key, outcome.usage.cpuMs <= QUICK_MS ? 'quick' : 'slow')
    const strike = strikeOf(outcome)
    if (strike !== undefined) this.#strike(job, strike)
  }

  #strike(job: ScriptJob, strike: Strike): void {
    this.#tempers.hung(keyOf(job.steps))
    if (!this.without.has('suspension')) this.room.suspect(job.apiId)
    const about = { apiId: job.apiId, files: job.steps.map((step) => step.program.file.name) }
    if (strike === 'kill') this.options.observe?.({ kind: 'script.killed', ...about })
    const suspension = this.#suspensions.strike(keyOf(job.steps), strike, performance.now())
    if (suspension !== undefined) this.options.observe?.({ kind: 'script.suspended', ...about, ...suspension })
  }
}

function strikeOf(outcome: ScriptOutcome): Strike | undefined {
  if (outcome.kind === 'over-budget') return outcome.what === 'memory' || outcome.what === 'stack' ? 'limit' : undefined
  // A wall clock that runs out while the script waits says nothing against the script.
  if (outcome.kind !== 'timeout' || outcome.clock === 'wall') return undefined
  return outcome.clock === 'watchdog' ? 'kill' : 'limit'
}

function refusalOf(refusal: Refusal): string {
  if (refusal.kind === 'busy') return 'the script engine is busy: try again'
  return refusal.kind === 'broken' ? `the script engine cannot start: ${refusal.why}` : 'the check was given up'
}

const endsItself = new Set<ScriptOutcome['kind']>(['done', 'threw', 'api-error'])
const keyOf = (steps: readonly ScriptStep[]): string => steps.map((step) => step.program.hash).join(' ')
const usedNothing = (queueMs: number) => ({ queueMs, wallMs: 0, cpuMs: 0, hostCalls: 0, logLinesDropped: 0 })
