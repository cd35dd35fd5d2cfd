import { performance } from 'node:perf_hooks'
import { FRAME, type Frame } from '../protocol/frame.js'
import type { Setup } from '../protocol/messages.js'
import { HostProcess } from './host-process.js'

/** One thread of the host process. */
export interface Thread {
  readonly slot: number
  state: 'opening' | 'idle' | 'busy' | 'closing'
  /** Whose scripts its instance holds. */
  moduleId: string | undefined
  idleSinceMs: number
}

export interface ThreadsEvents {
  /** A thread can take a job. */
  free(): void
  frame(frame: Frame): void
  /** A thread is gone, with whatever it ran: by itself, or with its whole process. */
  threadGone(slot: number, how: 'alone' | 'with all'): void
  /** The process is gone with all its threads, which were told one by one. */
  hostGone(jobsLost: number, why: string): void
  hostStarted(pid: number, tookMs: number): void
  /** Once, and for good: no thread can ever serve. */
  broken(why: string): void
}

// A thread that does not end within this hangs where even its own process cannot reach it. Whoever asked has his answer by then; what waits is a
// thread. Shorter, and a machine that is short of cores would lose a whole process, with the calls of others, for a thread that ends in a moment.
const TERMINATE_MS = 1_000
const BOOT_MS = 10_000
// Of the threads that there may be, which are twice the cores: threads that start take a quarter of the cores at most, and the first of them is not
// late because of the last.
const OPENING_SHARE = 1 / 8
// One to serve and one warm beside it.
const THREADS_MIN = 2
// More deaths than this within ten seconds: something kills every host at once, and respawning in a loop would only burn the machine.
const DEATHS_MAX = 5

/** The threads of the host process: starts it with the first need, keeps a warm one beside those at work, and starts it anew when it dies. */
export class Threads {
  readonly #threads = new Map<number, Thread>()
  readonly #timers = new Map<number, NodeJS.Timeout>()
  #host: HostProcess | undefined
  #nextSlot = 1
  #startedMs = 0
  #isServing = false
  // Closed, or broken for good: no process is started any more.
  #isClosed = false
  #deathsMs: number[] = []
  #respawn: NodeJS.Timeout | undefined
  #sweep: NodeJS.Timeout | undefined

  constructor(
    private readonly setup: Setup,
    private readonly limits: { readonly threadsMax: number; readonly idleMs: number },
    private readonly events: ThreadsEvents,
  ) {}

  /**
   * Starts what is missing for `wanted` jobs at once and one warm thread beside them, which no module has used; a few at a time, so this is asked
   * again with each `free`.
   */
  provide(wanted: number): void {
    if (this.#isClosed || this.#respawn !== undefined) return
    if (this.#host === undefined) this.#start()
    const { threadsMax } = this.limits
    // One more than may run at once, so that what replaces an ended thread is there already.
    const target = Math.min(threadsMax + 1, Math.max(THREADS_MIN, wanted + 1))
    const alive = this.#threads.size - this.#count('closing')
    const unused = alive > threadsMax || this.#hasUnused() ? 0 : 1
    const missing = Math.max(unused, target - alive)
    const mayOpen = Math.max(1, Math.floor(threadsMax * OPENING_SHARE)) - this.#count('opening')
    for (let left = Math.min(missing, mayOpen); left > 0; left -= 1) this.#open()
  }

  /** Whether `take` would find one. */
  isFreeFor(moduleId: string, isQuick: boolean): boolean {
    return this.#bestFor(moduleId, isQuick) !== undefined
  }

  /**
   * A thread for this module: one that holds it already, else a fresh one, else the one that has been idle longest. What is not known to be quick
   * takes none from another module as long as a fresh one can be had: who held it would find a cold one, or none.
   */
  take(moduleId: string, isQuick: boolean): Thread | undefined {
    const best = this.#bestFor(moduleId, isQuick)
    if (best === undefined) return undefined
    best.state = 'busy'
    best.moduleId = moduleId
    return best
  }

  get hasIdle(): boolean {
    for (const thread of this.#threads.values()) if (thread.state === 'idle') return true
    return false
  }

  send(slot: number, kind: number, job: number, call: number, texts: readonly string[]): void {
    this.#host?.send({ kind, slot, job, call, texts })
  }

  /** The thread's job is over and it waits for another. */
  release(slot: number): void {
    const thread = this.#threads.get(slot)
    if (thread?.state !== 'busy') return
    thread.state = 'idle'
    thread.idleSinceMs = performance.now()
    this.events.free()
  }

  /** Ends a thread in whatever it does; if it cannot be ended, the whole process is. */
  end(slot: number): void {
    const thread = this.#threads.get(slot)
    if (thread === undefined || thread.state === 'closing') return
    thread.state = 'closing'
    this.#host?.send({ kind: FRAME.close, slot })
    this.#setTimer(slot, TERMINATE_MS)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#respawn)
    clearInterval(this.#sweep)
    for (const timer of this.#timers.values()) clearTimeout(timer)
    await this.#host?.close()
  }

  #start(): void {
    if (this.#startedMs === 0) this.#startedMs = performance.now()
    this.#isServing = false
    this.#host = new HostProcess(this.setup, {
      frame: (frame) => {
        this.#hear(frame)
      },
      gone: (why) => {
        this.#gone(why)
      },
    })
    clearInterval(this.#sweep)
    this.#sweep = setInterval(() => {
      this.#shrink()
    }, this.limits.idleMs).unref()
  }

  #bestFor(moduleId: string, isQuick: boolean): Thread | undefined {
    let fresh: Thread | undefined
    let oldest: Thread | undefined
    let alive = 0
    let isOneOpening = false
    for (const thread of this.#threads.values()) {
      if (thread.state !== 'closing') alive += 1
      isOneOpening ||= thread.state === 'opening'
      if (thread.state !== 'idle') continue
      if (thread.moduleId === moduleId) return thread
      if (thread.moduleId === undefined) fresh ??= thread
      else if (oldest === undefined || thread.idleSinceMs < oldest.idleSinceMs) oldest = thread
    }
    const mayTakeFromOthers = isQuick || (alive > this.limits.threadsMax && !isOneOpening)
    return fresh ?? (mayTakeFromOthers ? oldest : undefined)
  }

  #count(state: Thread['state']): number {
    let count = 0
    for (const thread of this.#threads.values()) if (thread.state === state) count += 1
    return count
  }

  #hasUnused(): boolean {
    for (const { state, moduleId } of this.#threads.values())
      if (state === 'opening' || (state === 'idle' && moduleId === undefined)) return true
    return false
  }

  #open(): void {
    const slot = this.#nextSlot++
    this.#threads.set(slot, { slot, state: 'opening', moduleId: undefined, idleSinceMs: 0 })
    this.#host?.send({ kind: FRAME.open, slot })
    this.#setTimer(slot, BOOT_MS)
  }

  #hear(frame: Frame): void {
    if (frame.kind === FRAME.ready) this.#ready(frame.slot)
    else if (frame.kind === FRAME.broken) this.#broken(frame.texts[0] ?? '')
    else if (frame.kind === FRAME.closed) this.#threadGone(frame.slot)
    else this.events.frame(frame)
  }

  #ready(slot: number): void {
    const thread = this.#threads.get(slot)
    if (thread?.state !== 'opening') return
    this.#clearTimer(slot)
    if (!this.#isServing) {
      this.#isServing = true
      this.events.hostStarted(this.#host?.pid ?? 0, performance.now() - this.#startedMs)
    }
    thread.state = 'idle'
    thread.idleSinceMs = performance.now()
    this.events.free()
  }

  #threadGone(slot: number): void {
    this.#clearTimer(slot)
    if (this.#threads.delete(slot)) this.events.threadGone(slot, 'alone')
  }

  /** To start it again would only end in the same way. */
  #broken(why: string): void {
    if (this.#isClosed) return
    this.events.broken(why)
    void this.close()
  }

  #gone(why: string): void {
    const nowMs = performance.now()
    this.#host = undefined
    this.#startedMs = nowMs
    const jobsLost = [...this.#threads.values()].filter((thread) => thread.state === 'busy').length
    // Set before anybody hears of it: nobody may start a second process in between.
    this.#respawnLater(nowMs)
    const slots = [...this.#threads.keys()]
    // All at once: who hears of the first must not find the others idle, and be lost with them.
    this.#threads.clear()
    for (const slot of slots) {
      this.#clearTimer(slot)
      this.events.threadGone(slot, 'with all')
    }
    if (!this.#isClosed) this.events.hostGone(jobsLost, why)
  }

  #respawnLater(nowMs: number): void {
    if (this.#isClosed) return
    this.#deathsMs = [...this.#deathsMs.filter((deathMs) => nowMs - deathMs < 10_000), nowMs]
    const delayMs = this.#deathsMs.length > DEATHS_MAX ? 1_000 : 0
    this.#respawn = setTimeout(() => {
      this.#respawn = undefined
      this.provide(1)
    }, delayMs)
  }

  /** Threads that nobody needed for a while end, down to the warm ones. */
  #shrink(): void {
    const idle = [...this.#threads.values()].filter(
      (thread) => thread.state === 'idle' && performance.now() - thread.idleSinceMs > this.limits.idleMs,
    )
    const spared = Math.max(0, THREADS_MIN - (this.#threads.size - idle.length))
    for (const thread of idle.slice(spared)) this.end(thread.slot)
  }

  #setTimer(slot: number, ms: number): void {
    this.#clearTimer(slot)
    const host = this.#host
    this.#timers.set(
      slot,
      setTimeout(() => host?.kill(), ms),
    )
  }

  #clearTimer(slot: number): void {
    clearTimeout(this.#timers.get(slot))
    this.#timers.delete(slot)
  }
}
