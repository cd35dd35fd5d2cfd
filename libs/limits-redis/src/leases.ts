import type { LimitCommands } from './limit-commands.js'

/** The places in flight that this gateway holds in Redis: renewed together until they are given back. */
export class Leases {
  readonly #keysOf = new Map<string, readonly string[]>()
  readonly #timer: NodeJS.Timeout

  constructor(
    readonly commands: LimitCommands,
    readonly leaseMs: number,
  ) {
    // A third of the lease: two renewals may be lost before a place is free too early.
    this.#timer = setInterval(() => this.#renew(), leaseMs / 3)
    this.#timer.unref()
  }

  hold(leaseId: string, keys: readonly string[]): void {
    this.#keysOf.set(leaseId, keys)
  }

  /** The command is written now and not awaited: what the caller's answer ends with comes after it. */
  release(leaseId: string): void {
    const keys = this.#keysOf.get(leaseId)
    if (keys === undefined) return
    this.#keysOf.delete(leaseId)
    // A release that is lost costs the place until the lease runs out.
    for (const key of keys) this.commands.release(key, leaseId).catch(() => undefined)
  }

  close(): void {
    clearInterval(this.#timer)
    for (const leaseId of [...this.#keysOf.keys()]) this.release(leaseId)
  }

  #renew(): void {
    const idsOf = new Map<string, string[]>()
    for (const [leaseId, keys] of this.#keysOf) {
      for (const key of keys) {
        const ids = idsOf.get(key)
        if (ids === undefined) idsOf.set(key, [leaseId])
        else ids.push(leaseId)
      }
    }
    // A renewal that fails is made good by the next.
    for (const [key, ids] of idsOf) this.commands.renew(key, this.leaseMs, ids).catch(() => undefined)
  }
}
