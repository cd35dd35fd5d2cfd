import { AppError } from '@penstock/errors'
import { abortFailure } from './abort-failure.js'
import type { ConnectionSettings } from './driver.js'

/** A connection that calls take turns on. */
export interface PooledSession {
  /** False once it is lost or given up: it must not be used again. */
  readonly usable: boolean
  /** When it became idle last, in milliseconds of the pool's clock; kept by the pool. */
  idleSinceMs: number
  /** Says goodbye to the server; for idle sessions. */
  close(): void
  /** Drops the connection without a word. */
  destroy(): void
}

/** Opens one session, or rejects with the server's or the socket's error or the signal's failure. It tells `closed` when its connection is gone. */
export type OpenSession<Session> = (signal: AbortSignal, closed: (session: Session) => void) => Promise<Session>

// A connection costs the server a process or a thread and 5 to 10 MB; after a minute without work it is worth less than that.
const IDLE_MS_MAX = 60_000
const SWEEP_MS = 15_000

interface Waiter<Session> {
  readonly take: (session: Session) => void
  readonly retry: () => void
  readonly fail: (failure: Error) => void
}

/**
 * At most `poolSize` connections, opened when they are needed. The one used last is used first, so that the rest become idle and close.
 * Whoever finds none waits in line; the line is bounded by the `bounded` wrapper around the driver.
 */
export class SessionPool<Session extends PooledSession> {
  readonly #idle: Session[] = []
  readonly #waiters = new Set<Waiter<Session>>()
  readonly #sweeper: NodeJS.Timeout
  #open = 0
  #closing: { readonly done: Promise<void>; readonly resolve: () => void } | undefined

  constructor(
    readonly settings: Pick<ConnectionSettings, 'poolSize' | 'closeAfterExecute'>,
    readonly openSession: OpenSession<Session>,
  ) {
    this.#sweeper = setInterval(() => this.#sweep(performance.now()), SWEEP_MS)
    this.#sweeper.unref()
  }

  /** An idle session, without waiting. */
  takeIdle(): Session | undefined {
    for (;;) {
      const session = this.#idle.pop()
      if (session === undefined || session.usable) return session
    }
  }

  /** Lets go of all idle sessions: where one was found dead, the others are about to be. */
  discardIdle(): void {
    for (const session of this.#idle.splice(0)) session.destroy()
  }

  /** A session: an idle one, a new one, or the next that becomes free. */
  async acquire(signal: AbortSignal): Promise<Session> {
    for (;;) {
      if (signal.aborted) throw abortFailure(signal)
      if (this.#closing !== undefined) throw closedFailure()
      const idle = this.takeIdle()
      if (idle !== undefined) return idle
      if (this.#open < this.settings.poolSize) return await this.#connect(signal)
      const freed = await this.#wait(signal)
      if (freed !== undefined) return freed
    }
  }

  /** Gives a session back; one that is not usable any more is dropped. */
  release(session: Session): void {
    if (!session.usable) return
    if (this.#closing !== undefined || this.settings.closeAfterExecute) {
      session.close()
      return
    }
    const [waiter] = this.#waiters
    if (waiter !== undefined) {
      waiter.take(session)
      return
    }
    session.idleSinceMs = performance.now()
    this.#idle.push(session)
  }

  /** Closes idle sessions now and the others when they are given back; resolves when all are gone. */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      let resolve: () => void = () => undefined
      const done = new Promise<void>((settle) => (resolve = settle))
      this.#closing = { done, resolve }
      clearInterval(this.#sweeper)
      for (const waiter of this.#waiters) waiter.fail(closedFailure())
      for (const session of this.#idle.splice(0)) session.close()
      if (this.#open === 0) resolve()
    }
    return this.#closing.done
  }

  async #connect(signal: AbortSignal): Promise<Session> {
    this.#open += 1
    let left = false
    // A session that fails while it is being opened may tell of its end, too: its place becomes free once.
    const leave = (): void => {
      if (!left) this.#leave()
      left = true
    }
    try {
      return await this.openSession(signal, (closed) => {
        const index = this.#idle.indexOf(closed)
        if (index >= 0) this.#idle.splice(index, 1)
        leave()
      })
    } catch (error) {
      leave()
      throw error
    }
  }

  /** One place is free: whoever waits may connect. */
  #leave(): void {
    this.#open -= 1
    const [waiter] = this.#waiters
    waiter?.retry()
    if (this.#open === 0) this.#closing?.resolve()
  }

  #wait(signal: AbortSignal): Promise<Session | undefined> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter)
        signal.removeEventListener('abort', abort)
      }
      const waiter: Waiter<Session> = {
        take: (session) => (leave(), resolve(session)),
        retry: () => (leave(), resolve(undefined)),
        fail: (failure) => (leave(), reject(failure)),
      }
      const abort = (): void => waiter.fail(abortFailure(signal))
      this.#waiters.add(waiter)
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  #sweep(nowMs: number): void {
    while (this.#idle[0] !== undefined && nowMs - this.#idle[0].idleSinceMs > IDLE_MS_MAX) this.#idle.shift()?.close()
  }
}

function closedFailure(): AppError {
  return new AppError('DATASOURCE_REFUSED', 'the driver is closed')
}
