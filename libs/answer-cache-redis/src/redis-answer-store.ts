import { createHash, randomUUID } from 'node:crypto'
import type { SharedClaim, SharedLead, SharedStore, Wish } from '@penstock/answer-cache'
import { ALONE_MS } from '@penstock/answer-cache'
import { Breaker } from '@penstock/limits-redis'
import type { AnswerKeys, CacheCommands, ClaimReply } from './cache-commands.js'
import { readStored, writeStored } from './stored-answer.js'

export interface RedisStoreOptions {
  readonly commands: CacheCommands
  /** Closed with the store. */
  readonly disconnect?: () => void
  /** What gateways sign answers with. */
  readonly macKey: Uint8Array
  /** A leader that died blocks others for so long. */
  readonly leaseMs?: number
  /** A clock that never steps back. */
  readonly now?: () => number
}

const LEASE_MS = 3000
const POLL_MS_MIN = 10
const POLL_MS_MAX = 100
const UNKEEPABLE = 'U'
const ignore = (): undefined => undefined

/**
 * Answers in Redis, and one leader per answer over all gateways that share it. A Redis that is slow or away costs its command's timeout, and
 * after five failures nothing until one call finds it back.
 */
export function redisAnswerStore(options: RedisStoreOptions): SharedStore {
  return new RedisStore(options)
}

class RedisStore implements SharedStore {
  failures = 0
  waits = 0
  readonly #now: () => number
  readonly #leaseMs: number
  readonly #breaker: Breaker
  /** Timers that renew the leases of this process. */
  readonly #renewals = new Set<NodeJS.Timeout>()

  constructor(readonly options: RedisStoreOptions) {
    this.#now = options.now ?? (() => performance.now())
    this.#leaseMs = options.leaseMs ?? LEASE_MS
    this.#breaker = new Breaker({
      failures: 5,
      withinMs: 1000,
      openMs: 1000,
      openMsMax: 10_000,
      now: this.#now,
      random: Math.random,
    })
  }

  async claim(key: string, wish: Wish): Promise<SharedClaim | undefined> {
    const keys = keysOf(key)
    const token = randomUUID()
    for (let pauseMs = POLL_MS_MIN; ; pauseMs = Math.min(POLL_MS_MAX, pauseMs * 1.5)) {
      const reply = await this.#ask(keys, token, wish)
      if (wish.signal.aborted) {
        if (reply?.kind === 'lead') this.options.commands.release(keys, token).catch(ignore)
        wish.signal.throwIfAborted()
      }
      if (reply === undefined) return undefined
      if (reply.kind === 'lead') return { kind: 'lead', lead: this.#lead(key, keys, token) }
      if (reply.kind === 'alone') return { kind: 'alone' }
      if (reply.kind === 'found') return this.#found(key, reply.value, reply.keepMs)
      if (pauseMs === POLL_MS_MIN) this.waits += 1
      await pause(pauseMs, wish.signal)
    }
  }

  close(): Promise<void> {
    for (const timer of this.#renewals) clearInterval(timer)
    this.#renewals.clear()
    this.options.disconnect?.()
    return Promise.resolve()
  }

  /** Undefined: Redis did not answer in time, or nobody asks it for now. */
  async #ask(keys: AnswerKeys, token: string, { ageMsMax }: Wish): Promise<ClaimReply | undefined> {
    const passage = this.#breaker.passage()
    if (passage === 'open') return undefined
    try {
      const reply = await this.options.commands.claim(keys, token, this.#leaseMs, ageMsMax)
      this.#breaker.succeeded(passage)
      return reply
    } catch {
      this.failures += 1
      this.#breaker.failed(passage)
      // It may have been given without our hearing of it.
      this.options.commands.release(keys, token).catch(ignore)
      return undefined
    }
  }

  #found(key: string, value: Buffer, leftMs: number): SharedClaim | undefined {
    const stored = readStored(value, key, this.options.macKey)
    if (stored === undefined) {
      this.failures += 1
      return undefined
    }
    const ageMs = Math.max(0, stored.keepMs - leftMs)
    return { kind: 'found', answer: { ...stored.answer, madeAtMs: this.#now() - ageMs }, keepMs: leftMs }
  }

  #lead(key: string, keys: AnswerKeys, token: string): SharedLead {
    const { commands, macKey } = this.options
    const renewal = setInterval(() => void commands.renew(keys, token, this.#leaseMs).catch(ignore), this.#leaseMs / 3)
    renewal.unref()
    this.#renewals.add(renewal)
    const stop = () => {
      clearInterval(renewal)
      this.#renewals.delete(renewal)
    }
    const store = (value: Uint8Array | string, keepMs: number) => {
      stop()
      // Nobody waits for it, and without it each gateway keeps its own.
      commands.store(keys, token, value, Math.ceil(keepMs)).catch(() => (this.failures += 1))
    }
    return {
      store: (answer, keepMs) => store(writeStored(answer, keepMs, key, macKey), keepMs),
      refuse: () => store(UNKEEPABLE, ALONE_MS),
      release: () => {
        stop()
        commands.release(keys, token).catch(ignore)
      },
    }
  }
}

/** Hashed, so that no caller's text shapes a key; one hash tag, so that a cluster keeps both on one node. */
function keysOf(key: string): AnswerKeys {
  const tag = createHash('sha256').update(key).digest('base64url')
  return { answer: `penstock:answer:{${tag}}`, lease: `penstock:answer-lease:{${tag}}` }
}

/** Settles after the time, or at once when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
