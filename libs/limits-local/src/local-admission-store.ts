import {
  decide,
  SlidingLog,
  usage,
  type Admission,
  type AdmissionRequest,
  type AdmissionStore,
  type RateState,
} from '@penstock/limits'

// A key costs about 250 bytes and 8 per admission in its window: 200,000 keys of light callers are some 60 MB.
const KEYS_MAX = 200_000
/** Each new key pays for a look at this many old ones, so that keys that ran out go away and no call waits for a walk over all. */
const LOOKS_PER_KEY = 2
/** A full store looks further before it refuses; some microseconds. */
const LOOKS_WHEN_FULL = 64
/** What a caller is told who cannot be counted because the store is full. */
const FULL_RETRY_AFTER_MS = 1000

export interface LocalAdmissionOptions {
  /** Milliseconds that never run backwards; the process's monotonic clock by default. */
  readonly now?: () => number
  /** Most keys that are counted at a time. */
  readonly keysMax?: number
}

interface Counted {
  readonly log: SlidingLog
  /** The longest window that this key was asked for: what is younger must be kept. */
  windowMs: number
}

/** Only read: what a key that was never seen looks like. */
const EMPTY = new SlidingLog()

const nothingToRelease = () => undefined
const ADMITTED: Admission = Object.freeze({ kind: 'admitted', rates: Object.freeze([]), release: nothingToRelease })

/** An AdmissionStore whose decisions are synchronous, and whose two halves a store in front of it can use one by one. */
export interface LocalAdmissionStore extends AdmissionStore {
  admit(request: AdmissionRequest): Admission
  /** Says why the call would be refused, or undefined when it would be admitted. Changes nothing. */
  refusal(request: AdmissionRequest): Admission | undefined
  /** Counts a call that somebody else admitted, whatever the limits say, and returns its release. */
  book(request: AdmissionRequest): () => void
}

/**
 * Exact limits within this process, decided synchronously. Memory is bounded by `keysMax`: a key is forgotten only when nothing of it
 * counts any more, and a store full of live keys refuses a new one (`unavailable`) rather than let it pass uncounted. What is booked
 * cannot be refused: there the bound is what was admitted within the windows.
 */
export function localAdmissionStore(options: LocalAdmissionOptions = {}): LocalAdmissionStore {
  return new LocalStore(options.now ?? (() => performance.now()), options.keysMax ?? KEYS_MAX)
}

class LocalStore implements LocalAdmissionStore {
  readonly #counted = new Map<string, Counted>()
  readonly #inFlight = new Map<string, number>()
  /** Goes round over the keys; a Map's iterator sees what is added and skips what is deleted. */
  #hand = this.#counted.entries()

  constructor(
    readonly now: () => number,
    readonly keysMax: number,
  ) {}

  admit(request: AdmissionRequest): Admission {
    if (request.rates.length === 0 && request.concurrency.length === 0) return ADMITTED
    const nowMs = this.now()
    const refusal = this.#refusalAt(request, nowMs)
    if (refusal !== undefined) return refusal
    const release = this.#bookAt(request, nowMs)
    return { kind: 'admitted', rates: this.#states(request, nowMs), release }
  }

  refusal(request: AdmissionRequest): Admission | undefined {
    return this.#refusalAt(request, this.now())
  }

  book(request: AdmissionRequest): () => void {
    return this.#bookAt(request, this.now())
  }

  close(): Promise<void> {
    this.#counted.clear()
    this.#inFlight.clear()
    return Promise.resolve()
  }

  #refusalAt(request: AdmissionRequest, nowMs: number): Admission | undefined {
    for (const { key, limit } of request.concurrency) {
      // How long the others will take is not known; a second is what a caller can bear.
      if ((this.#inFlight.get(key) ?? 0) >= limit) return { kind: 'concurrency', retryAfterMs: FULL_RETRY_AFTER_MS }
    }
    const limited = this.#rateRefusal(request, nowMs)
    if (limited !== undefined) return limited
    return this.#hasRoom(request, nowMs) ? undefined : { kind: 'unavailable', retryAfterMs: FULL_RETRY_AFTER_MS }
  }

  #bookAt(request: AdmissionRequest, nowMs: number): () => void {
    request.rates.forEach(({ key, windowMs }, at) => {
      const counted = this.#countedFor(key, windowMs, nowMs)
      // Two limits over one key, say per minute and per hour, share one log: the call is in it once.
      if (request.rates.findIndex((rate) => rate.key === key) === at) counted.log.push(nowMs)
    })
    return this.#enter(request)
  }

  #rateRefusal(request: AdmissionRequest, nowMs: number): Admission | undefined {
    let retryAfterMs = 0
    let violated: string | undefined
    for (const rate of request.rates) {
      const log = this.#counted.get(rate.key)?.log
      if (log === undefined && rate.limit > 0) continue
      const decision = decide(log ?? EMPTY, nowMs, rate)
      if (decision.kind !== 'limited' || decision.retryAfterMs <= retryAfterMs) continue
      retryAfterMs = decision.retryAfterMs
      violated = rate.name
    }
    if (violated === undefined) return undefined
    return { kind: 'rate', rates: this.#states(request, nowMs), retryAfterMs, violated }
  }

  #states(request: AdmissionRequest, nowMs: number): RateState[] {
    return request.rates.map(({ name, key, limit, windowMs }) => {
      const counted = this.#counted.get(key)
      // A key that was asked for a longer window before keeps more than this window holds; then its count would be too high.
      const log = counted !== undefined && counted.windowMs <= windowMs ? counted.log : undefined
      const state =
        log === undefined ? scan(counted?.log, nowMs, limit, windowMs) : usage(log, nowMs, { limit, windowMs })
      return { name, limit, windowMs, ...state }
    })
  }

  #countedFor(key: string, windowMs: number, nowMs: number): Counted {
    let counted = this.#counted.get(key)
    if (counted === undefined) {
      this.#forgetSome(LOOKS_PER_KEY, nowMs)
      counted = { log: new SlidingLog(), windowMs }
      this.#counted.set(key, counted)
    }
    counted.windowMs = Math.max(counted.windowMs, windowMs)
    counted.log.forget(nowMs, counted.windowMs)
    return counted
  }

  #enter(request: AdmissionRequest): () => void {
    if (request.concurrency.length === 0) return nothingToRelease
    for (const { key } of request.concurrency) this.#inFlight.set(key, (this.#inFlight.get(key) ?? 0) + 1)
    let held = true
    return () => {
      if (!held) return
      held = false
      for (const { key } of request.concurrency) this.#leave(key)
    }
  }

  #leave(key: string): void {
    const left = (this.#inFlight.get(key) ?? 0) - 1
    if (left > 0) this.#inFlight.set(key, left)
    else this.#inFlight.delete(key)
  }

  #hasRoom(request: AdmissionRequest, nowMs: number): boolean {
    if (this.#counted.size + request.rates.length <= this.keysMax) return true
    const fresh = request.rates.filter(({ key }) => !this.#counted.has(key)).length
    if (fresh === 0 || this.#counted.size + fresh <= this.keysMax) return true
    this.#forgetSome(LOOKS_WHEN_FULL, nowMs)
    return this.#counted.size + fresh <= this.keysMax
  }

  /** Looks at some keys in turn and forgets those of which nothing counts any more. */
  #forgetSome(looks: number, nowMs: number): void {
    for (let look = 0; look < Math.min(looks, this.#counted.size); look += 1) {
      let next = this.#hand.next()
      if (next.done === true) {
        this.#hand = this.#counted.entries()
        next = this.#hand.next()
        if (next.done === true) return
      }
      const [key, { log, windowMs }] = next.value
      log.forget(nowMs, windowMs)
      if (log.count === 0) this.#counted.delete(key)
    }
  }
}

/** Counts the admissions within a window that is shorter than what the log holds. */
function scan(
  log: SlidingLog | undefined,
  nowMs: number,
  limit: number,
  windowMs: number,
): { remaining: number; resetMs: number } {
  if (log === undefined) return { remaining: limit, resetMs: 0 }
  let used = 0
  let oldest: number | undefined
  for (let nth = 1; nth <= log.count; nth += 1) {
    const time = log.nthNewest(nth)
    if (time === undefined || nowMs - time >= windowMs) break
    used = nth
    oldest = time
  }
  return { remaining: Math.max(0, limit - used), resetMs: oldest === undefined ? 0 : oldest + windowMs - nowMs }
}
