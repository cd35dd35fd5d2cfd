/** One limit on calls: at most `limit` admissions in any window of `windowMs`. */
export interface RateLimit {
  /** Names the limit in the RateLimit headers: `api`, `client`, `default`. */
  readonly name: string
  /** Who shares it: calls with equal keys count together. */
  readonly key: string
  readonly limit: number
  readonly windowMs: number
}

/** At most `limit` calls with this key in flight. */
export interface ConcurrencyLimit {
  readonly key: string
  readonly limit: number
}

/** All limits that one call is under; decided together. */
export interface AdmissionRequest {
  /** Who calls. A store that is spread over nodes keeps all keys of one caller on one node, so that one decision is one trip. */
  readonly caller: string
  readonly concurrency: readonly ConcurrencyLimit[]
  readonly rates: readonly RateLimit[]
  /** What to do while the shared store is away: the same algorithm locally with this replica's share, or refuse. */
  readonly whenAway: 'local' | 'closed'
}

/** The state of one rate limit after the decision, for the RateLimit headers. */
export interface RateState {
  readonly name: string
  readonly limit: number
  readonly windowMs: number
  readonly remaining: number
  /** Milliseconds until more calls are free; 0 when nothing is used. */
  readonly resetMs: number
}

export type Admission =
  | { readonly kind: 'admitted'; readonly rates: readonly RateState[]; readonly release: () => void }
  | { readonly kind: 'concurrency'; readonly retryAfterMs: number }
  | {
      readonly kind: 'rate'
      readonly rates: readonly RateState[]
      readonly retryAfterMs: number
      readonly violated: string
    }
  | { readonly kind: 'unavailable'; readonly retryAfterMs: number }

/**
 * Decides whether a call may go on. Concurrency is looked at first, then every rate; a refused call uses up nothing. Never more than a
 * limit's N in any of its windows while the store lives. `release` gives the place in flight back, once, and never fails; calling it again does
 * nothing. It is on its way when this turn of the event loop ends, and before that once `flush` was called.
 */
export interface AdmissionStore {
  /** Synchronous where no trip is needed, so that a local decision costs no turn of the event loop. */
  admit(request: AdmissionRequest): Admission | Promise<Admission>
  /**
   * Sends what waits for the end of the turn. Who answers calls does this before it writes, so that no caller can come back, to any gateway,
   * before its place is free. Absent where nothing waits.
   */
  flush?(): void
  close(): Promise<void>
}
