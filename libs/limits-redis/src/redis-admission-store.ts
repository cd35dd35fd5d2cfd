import { randomBytes } from 'node:crypto'
import type { Admission, AdmissionRequest, AdmissionStore, RateState } from '@penstock/limits'
import { localAdmissionStore, type LocalAdmissionStore } from '@penstock/limits-local'
import { AdmissionGroups, type Verdict } from './admission-groups.js'
import { Breaker, type Passage } from './breaker.js'
import { keysOf } from './key-names.js'
import { Leases } from './leases.js'
import type { LimitCommands } from './limit-commands.js'
import { longestWindowMs, shareOf } from './share.js'

/** Who decides now; for metrics and logs. */
export type LimiterMode = 'redis' | 'local'

export interface RedisAdmissionOptions {
  readonly commands: LimitCommands
  /** How many gateways share the limits now, this one included; asked while Redis is away. */
  readonly replicas: () => number
  /** Told when Redis is given up and when it is back. */
  readonly onMode?: (mode: LimiterMode) => void
  /** A lease that nobody renews is free after this long. */
  readonly leaseMs?: number
  readonly now?: () => number
  readonly random?: () => number
}

const LEASE_MS = 15_000
/** While Redis is away, how often it is asked whether the breaker lets somebody try. */
const LOOK_MS = 250
/** Given back although nobody has it: a write that only a primary takes, and that leaves nothing behind. */
const NO_PLACE = { key: 'penstock:inflight:{look}', leaseId: 'look' } as const
/** How long others will take is not known; a second is what a caller can bear. */
const BUSY_RETRY_AFTER_MS = 1000
const RESULT = { admitted: 0, concurrency: 1 } as const

const nothingToRelease = () => undefined
const ADMITTED: Admission = Object.freeze({ kind: 'admitted', rates: Object.freeze([]), release: nothingToRelease })

/**
 * Exact limits over all gateways that share a Redis: one trip a call. While Redis is away each gateway admits its share N/R by the same
 * exact algorithm, or refuses where the API says so. What this gateway admitted is always booked locally too, so that a window that spans
 * the loss of Redis holds at most N + (R−1)·max(1, ⌊N/R⌋); and for one window after its return both must agree.
 */
export function redisAdmissionStore(options: RedisAdmissionOptions): AdmissionStore {
  return new RedisStore(options)
}

class RedisStore implements AdmissionStore {
  readonly #local: LocalAdmissionStore
  readonly #groups: AdmissionGroups
  readonly #leases: Leases
  readonly #breaker: Breaker
  readonly #now: () => number
  readonly #instance = randomBytes(12).toString('base64url')
  #sequence = 0
  /** When Redis was last found to be away or just back; undefined while it never was. */
  #awayMs: number | undefined
  #looking: NodeJS.Timeout | undefined

  constructor(readonly options: RedisAdmissionOptions) {
    this.#now = options.now ?? (() => performance.now())
    this.#local = localAdmissionStore({ now: this.#now })
    const { commands, leaseMs = LEASE_MS } = options
    this.#groups = new AdmissionGroups(commands, leaseMs)
    this.#leases = new Leases(commands, this.#groups, leaseMs)
    this.#breaker = new Breaker({
      failures: 5,
      withinMs: 1000,
      openMs: 1000,
      openMsMax: 10_000,
      now: this.#now,
      random: options.random ?? Math.random,
    })
    // A restarted Redis need not wait for the breaker's next look.
    commands.onReady(() => this.#breaker.hurry())
  }

  admit(request: AdmissionRequest): Admission | Promise<Admission> {
    if (request.rates.length === 0 && request.concurrency.length === 0) return ADMITTED
    const passage = this.#breaker.passage()
    return passage === 'open' ? this.#withoutRedis(request) : this.#withRedis(request, passage)
  }

  flush(): void {
    this.#groups.flush()
  }

  async close(): Promise<void> {
    clearInterval(this.#looking)
    this.#leases.close()
    await this.#local.close()
  }

  #withRedis(request: AdmissionRequest, passage: Passage): Admission | Promise<Admission> {
    const shared = this.#isOnProbation(request) ? this.#local.refusal(this.#share(request)) : undefined
    // A probe must reach Redis, whatever the local view says, or nobody would ever learn that it is back.
    if (shared !== undefined && passage !== 'probe') return shared
    const leaseId = `${this.#instance}:${(this.#sequence += 1)}`
    const keys = keysOf(request)
    const inFlight = keys.slice(0, request.concurrency.length)
    return this.#groups.admit(request, leaseId, keys).then(
      (verdict) => {
        this.#succeeded(passage)
        return this.#read(verdict, request, leaseId, inFlight)
      },
      () => {
        this.#failed(passage)
        // It may have been admitted without our hearing of it: the place is given back, the call counted in Redis stays counted.
        this.#leases.giveBack(leaseId, inFlight)
        return this.#withoutRedis(request)
      },
    )
  }

  #withoutRedis(request: AdmissionRequest): Admission {
    this.#awayMs = this.#now()
    if (request.whenAway === 'closed') return { kind: 'unavailable', retryAfterMs: BUSY_RETRY_AFTER_MS }
    return this.#local.admit(this.#share(request))
  }

  #read(answer: Verdict, request: AdmissionRequest, leaseId: string, inFlight: readonly string[]): Admission {
    const [result, index = 0, retryAfterMs = 0] = answer
    if (result === RESULT.concurrency) return { kind: 'concurrency', retryAfterMs: BUSY_RETRY_AFTER_MS }
    const rates: RateState[] = request.rates.map(({ name, limit, windowMs }, at) => ({
      name,
      limit,
      windowMs,
      remaining: answer[3 + 2 * at] ?? 0,
      resetMs: answer[4 + 2 * at] ?? 0,
    }))
    if (result !== RESULT.admitted) return { kind: 'rate', rates, retryAfterMs, violated: rates[index - 1]?.name ?? '' }
    const releaseLocal = this.#local.book(request)
    if (inFlight.length === 0) return { kind: 'admitted', rates, release: releaseLocal }
    this.#leases.hold(leaseId, inFlight)
    const release = () => {
      this.#leases.release(leaseId)
      releaseLocal()
    }
    return { kind: 'admitted', rates, release }
  }

  #share(request: AdmissionRequest): AdmissionRequest {
    return shareOf(request, this.options.replicas())
  }

  /** For one window after Redis was away, what was admitted meanwhile is not in it: the local view must agree too. */
  #isOnProbation(request: AdmissionRequest): boolean {
    return this.#awayMs !== undefined && this.#now() - this.#awayMs < longestWindowMs(request)
  }

  #failed(passage: Passage): void {
    if (!this.#breaker.failed(passage)) return
    this.options.onMode?.('local')
    this.#looking = setInterval(() => this.#look(), LOOK_MS)
    this.#looking.unref()
  }

  /** Callers would find out that Redis is back, but perhaps none comes: what is said of the mode must be true then, too. */
  #look(): void {
    const passage = this.#breaker.passage()
    if (passage !== 'probe') return
    this.options.commands.release([NO_PLACE]).then(
      () => this.#succeeded(passage),
      () => this.#failed(passage),
    )
  }

  #succeeded(passage: Passage): void {
    if (!this.#breaker.succeeded(passage)) return
    clearInterval(this.#looking)
    this.options.onMode?.('redis')
  }
}
