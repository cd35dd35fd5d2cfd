import type { SlidingLog } from './sliding-log.js'

/** One limit as the decision needs it. */
export interface Limit {
  readonly limit: number
  readonly windowMs: number
}

export type LimitDecision = { readonly kind: 'allowed' } | { readonly kind: 'limited'; readonly retryAfterMs: number }

const ALLOWED: LimitDecision = { kind: 'allowed' }

/**
 * Exact sliding window: never more than `limit` admissions in any `windowMs`, while fixed windows, sliding counters and token buckets
 * let up to twice as many pass in the worst window. The N-th newest admission decides: while it is younger than the window, N calls
 * lie in it. Changes nothing; the caller pushes the time once every limit of the call has allowed it.
 */
export function decide(admitted: SlidingLog, nowMs: number, { limit, windowMs }: Limit): LimitDecision {
  if (limit <= 0) return { kind: 'limited', retryAfterMs: windowMs }
  const decisive = admitted.nthNewest(limit)
  if (decisive === undefined) return ALLOWED
  const retryAfterMs = decisive + windowMs - nowMs
  return retryAfterMs > 0 ? { kind: 'limited', retryAfterMs } : ALLOWED
}

/** Calls left at this time, and how long until more are free. */
export function usage(
  admitted: SlidingLog,
  nowMs: number,
  { limit, windowMs }: Limit,
): { remaining: number; resetMs: number } {
  admitted.forget(nowMs, windowMs)
  // After a limit was lowered more than N can lie in the window; then waiting for the oldest alone frees nothing.
  const next = admitted.nthNewest(Math.max(1, limit)) ?? admitted.oldest()
  return {
    remaining: Math.max(0, limit - admitted.count),
    resetMs: next === undefined ? 0 : Math.max(0, next + windowMs - nowMs),
  }
}
