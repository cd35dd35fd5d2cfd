import type { AdmissionGroups } from './admission-groups.js'
import type { LimitCommands } from './limit-commands.js'

/** The places in flight that this gateway holds in Redis: renewed together until they are given back. */
export class Leases {
  readonly #keysOf = new Map<string, readonly string[]>()
  readonly #timer: NodeJS.Timeout

  constructor(
    readonly commands: Pick<LimitCommands, 'renew'>,
    readonly groups: AdmissionGroups,
    readonly leaseMs: number,
  ) {
    // A third of the lease: two renewals may be lost before a place is free too early.
    this.#timer = setInterval(() => this.#renew(), leaseMs / 3)
    this.#timer.unref()
  }

  hold(leaseId: string, keys: readonly string[]): void {
    this.#keysOf.set(leaseId, keys)
  }

  /** Nobody waits for it: see `AdmissionGroups.release`. */
  release(leaseId: string): void {
    const keys = this.#keysOf.get(leaseId)
    if (keys === undefined) return
    this.#keysOf.delete(leaseId)
    this.giveBack(leaseId, keys)
  }

  /** The same for places that may have been taken without our hearing of it. */
  giveBack(leaseId: string, keys: readonly string[]): void {
    if (keys.length > 0) this.groups.release(keys.map((key) => ({ key, leaseId })))
  }

  close(): void {
    clearInterval(this.#timer)
    for (const leaseId of [...this.#keysOf.keys()]) this.release(leaseId)
    this.groups.flush()
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
