/** The shortest wait, and what waits grow to. */
export interface BackoffBounds {
  readonly minMs: number
  readonly maxMs: number
}

/**
 * How long to wait before attempt `failures` + 1: doubles up to `maxMs`, never less than half of `minMs`, with full jitter between, so that a
 * fleet that lost a server does not come back all at once. `random` is from 0 to 1.
 */
export function backoffMs(failures: number, random: number, { minMs, maxMs }: BackoffBounds): number {
  const ceiling = Math.min(maxMs, minMs * 2 ** Math.min(failures, 20))
  return Math.round(minMs / 2 + random * (ceiling - minMs / 2))
}

/** Plus or minus a fifth, so that replicas do not beat in step. */
export function jittered(ms: number, random: number): number {
  return Math.round(ms * (0.8 + 0.4 * random))
}
