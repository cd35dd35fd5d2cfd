import { performance } from 'node:perf_hooks'
import type { Frame } from '../protocol/frame.js'
import { FairQueue } from './fair-queue.js'
import { type Share, Shares } from './shares.js'
import type { Temper } from './tempers.js'
import type { Threads } from './threads.js'

/** What a thread is busy with. */
export interface Occupant {
  start(): void
  hear(frame: Frame): void
  /** Its thread or process is gone. */
  lost(): void
}

/** A thread that a guest has. */
export interface Seat {
  /** Whether it computes for long by now, and so takes of what others could have. */
  slow(isSlow: boolean): void
  leave(): void
}

export type Refusal = { readonly kind: 'busy'; readonly retryAfterMs: number } | { readonly kind: 'aborted' } | Broken
interface Broken {
  readonly kind: 'broken'
  readonly why: string
}

/** Somebody who wants a thread. Exactly one of `occupy` and `refuse` is called, once. */
export interface Guest {
  readonly apiId: string
  readonly caller: string
  readonly moduleId: string
  readonly signal: AbortSignal
  readonly waitMsMax: number
  /** What is known of the program that it runs. */
  temper(): Temper
  /** `seat.leave` must be called once, when the thread is not used any more. */
  occupy(slot: number, seat: Seat): void
  refuse(refusal: Refusal): void
}

interface Waiting {
  readonly apiId: string
  readonly caller: string
  readonly guest: Guest
  isSeated: boolean
  /** Drops its deadline. */
  leave: () => void
}

export interface RoomLimits {
  readonly instancesMax: number
  readonly waitingMax: number
  readonly isFair: boolean
}

/** Where jobs wait for a thread: bounded, each with a deadline, served in turn; no API may hold all threads or all places. */
export class WaitingRoom {
  readonly #queue = new FairQueue<Waiting>()
  readonly #shares: Shares
  #runs = 0
  #closed: Broken | { readonly kind: 'aborted' } | undefined

  constructor(
    private readonly threads: Threads,
    private readonly limits: RoomLimits,
  ) {
    this.#shares = new Shares(limits.instancesMax)
  }

  enter(guest: Guest): void {
    if (this.#closed !== undefined || guest.signal.aborted) {
      guest.refuse(this.#closed ?? { kind: 'aborted' })
      return
    }
    const { waitingMax, isFair } = this.limits
    const isFull = this.#queue.size >= waitingMax || (isFair && this.#queue.sizeOf(guest.apiId) >= waitingMax / 2)
    if (isFull) {
      guest.refuse(BUSY)
      return
    }
    const waiting: Waiting = {
      apiId: isFair ? guest.apiId : '',
      caller: isFair ? guest.caller : '',
      guest,
      isSeated: false,
      leave: () => undefined,
    }
    this.#queue.add(waiting)
    this.serve()
    this.#limitWait(waiting)
  }

  /** Gives free threads to whose turn it is, and asks for more threads when somebody still waits. */
  serve(): void {
    while (this.#runs < this.limits.instancesMax && this.#queue.size > 0) {
      if (!this.threads.hasIdle) break
      const nowMs = performance.now()
      const waiting = this.#queue.take(({ guest }) => this.#mayBegin(guest, nowMs))
      if (waiting === undefined) break
      waiting.isSeated = true
      waiting.leave()
      this.#seat(waiting.guest)
    }
    if (this.#closed === undefined)
      this.threads.provide(Math.min(this.limits.instancesMax, this.#runs + this.#wanting()))
  }

  /**
   * How many more could run if threads were there. Of each API one: when that has its thread, this is asked again. Who may not take one has none
   * started for him, however many calls he sends: a start takes a core from others for a tenth of a second.
   */
  #wanting(): number {
    const nowMs = performance.now()
    return this.#queue.turns(({ guest }) => this.#hasShare(guest, nowMs))
  }

  #mayBegin(guest: Guest, nowMs: number): boolean {
    return this.#hasShare(guest, nowMs) && this.threads.isFreeFor(guest.moduleId, guest.temper() === 'quick')
  }

  #hasShare(guest: Guest, nowMs: number): boolean {
    return !this.limits.isFair || this.#shares.mayTake(guest, nowMs)
  }

  /** A script of this API had to be ended by force: it waits behind others for a while. */
  suspect(apiId: string): void {
    this.#shares.suspect(apiId, performance.now())
  }

  /** Refuses all that wait and all that come, for this reason. */
  close(why: Broken | { readonly kind: 'aborted' } = { kind: 'aborted' }): void {
    this.#closed ??= why
    for (const { guest, leave } of this.#queue.drain()) {
      leave()
      guest.refuse(this.#closed)
    }
  }

  /** Who was not served at once has a deadline, and may give up. */
  #limitWait(waiting: Waiting): void {
    if (waiting.isSeated) return
    const { guest } = waiting
    const give = (refusal: Refusal) => () => {
      if (!this.#queue.remove(waiting)) return
      waiting.leave()
      guest.refuse(refusal)
    }
    const onAbort = give({ kind: 'aborted' })
    const timer = setTimeout(give(BUSY), guest.waitMsMax)
    guest.signal.addEventListener('abort', onAbort, { once: true })
    waiting.leave = () => {
      clearTimeout(timer)
      guest.signal.removeEventListener('abort', onAbort)
    }
  }

  #seat(guest: Guest): void {
    const thread = this.threads.take(guest.moduleId, guest.temper() === 'quick')
    if (thread === undefined) throw new Error('a thread was idle and is not')
    this.#runs += 1
    guest.occupy(thread.slot, this.#seatOn(this.#shares.take(guest)))
  }

  #seatOn(share: Share): Seat {
    return {
      slow: (isSlow) => {
        share.slow(isSlow)
        // Who waited for the place of a slow one may begin now.
        if (!isSlow && this.#queue.size > 0) this.serve()
      },
      leave: () => {
        this.#runs -= 1
        share.giveBack()
      },
    }
  }
}

const BUSY: Refusal = { kind: 'busy', retryAfterMs: 1_000 }
