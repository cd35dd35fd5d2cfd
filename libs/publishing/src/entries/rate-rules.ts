import type { RateRule } from '@penstock/contracts'

const MINUTE_MS = 60_000

/** A limit per minute as a rule; none when it is not set or 0. */
export function perMinute(name: string, limit: number | null): RateRule[] {
  return limit === null || limit < 1 ? [] : [{ name, limit, window_ms: MINUTE_MS }]
}

/** 0 is how people write "none" in a form. */
export function orNone(value: number | null): number | null {
  return value === null || value < 1 ? null : value
}
