import type { RateState } from './admission-store.js'

/** Headers of an answer about limits; names in lower case. */
export type LimitHeaders = Record<string, string>

/**
 * `RateLimit` and `RateLimit-Policy` as structured-field lists of strings with parameters (draft-ietf-httpapi-ratelimit-headers-10):
 * `"api";q=60;w=60` and `"api";r=12;t=17`. Times are whole seconds, rounded up, so that waiting that long is enough.
 */
export function limitHeaders(rates: readonly RateState[]): LimitHeaders {
  if (rates.length === 0) return {}
  return {
    ratelimit: rates.map((rate) => `"${rate.name}";r=${rate.remaining};t=${wholeSeconds(rate.resetMs)}`).join(', '),
    'ratelimit-policy': rates
      .map((rate) => `"${rate.name}";q=${rate.limit};w=${wholeSeconds(rate.windowMs)}`)
      .join(', '),
  }
}

/** `Retry-After` in whole seconds, at least 1: a call made then is admitted if nobody else calls. */
export function retryAfter(retryAfterMs: number): LimitHeaders {
  return { 'retry-after': String(Math.max(1, wholeSeconds(retryAfterMs))) }
}

function wholeSeconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
