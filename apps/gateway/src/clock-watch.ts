import type { Observe } from '@penstock/observations'

/** Who a gateway compares its clock with. */
export type ClockReference = 'admin' | 'redis'

// Tokens are taken within 60 s of leeway; a gateway that is off by twice that refuses what others issue and issues what others refuse.
const SKEW_MS_MAX = 120_000
// A reference that has said nothing for so long says nothing any more.
const BELIEVED_MS = 60_000

/**
 * Compares this machine's clock with those of others. Off is only what both references say: one of them alone may be the one that is
 * wrong, and a single machine with a wrong clock must not take every gateway out of its load balancer.
 */
export class ClockWatch {
  readonly #skews = new Map<ClockReference, { readonly skewMs: number; readonly atMs: number }>()
  #wasOff = false

  constructor(
    readonly observe: Observe,
    /** A clock that never steps back. */
    readonly monotonicMs: () => number,
  ) {}

  /** The reference's clock showed `referenceMs` when ours showed `localMs`. */
  compared(reference: ClockReference, localMs: number, referenceMs: number): void {
    const skewMs = localMs - referenceMs
    this.#skews.set(reference, { skewMs, atMs: this.monotonicMs() })
    this.observe({ kind: 'clock.compared', reference, skewMs })
    const { isOff } = this
    if (isOff !== this.#wasOff) this.observe({ kind: 'clock.judged', isOff, skewMs })
    this.#wasOff = isOff
  }

  /** True while both references say, in the same direction, that this clock is off by more than two minutes. */
  get isOff(): boolean {
    const nowMs = this.monotonicMs()
    const skews = [...this.#skews.values()].filter(({ atMs }) => nowMs - atMs < BELIEVED_MS).map(({ skewMs }) => skewMs)
    if (skews.length < 2) return false
    return skews.every((skewMs) => skewMs > SKEW_MS_MAX) || skews.every((skewMs) => skewMs < -SKEW_MS_MAX)
  }
}
