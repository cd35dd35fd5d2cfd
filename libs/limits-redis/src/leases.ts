import type { LimitCommands, Place } from './limit-commands.js'

/** The places in flight that this gateway holds in Redis: renewed together until they are given back. */
export class Leases {
  readonly #keysOf = new Map<string, readonly string[]>()
  readonly #timer: NodeJS.Timeout
  #leaving: Place[] = []

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

  /**
   * The command is not awaited. It is written in the next tick, one write for all calls that end together; an answer that is written in a
   * next tick asked for later comes behind it, so that no caller can come back, to any gateway, before its place is free.
   */
  release(leaseId: string): void {
    const keys = this.#keysOf.get(leaseId)
    if (keys === undefined) return
    this.#keysOf.delete(leaseId)
    if (this.#leaving.length === 0) process.nextTick(() => this.#flush())
    for (const key of keys) this.#leaving.push({ key, leaseId })
  }

  close(): void {
    clearInterval(this.#timer)
    for (const leaseId of [...this.#keysOf.keys()]) this.release(leaseId)
    this.#flush()
  }

  #flush(): void {
    const places = this.#leaving
    this.#leaving = []
    // A release that is lost costs the place until the lease runs out.
    if (places.length > 0) this.commands.release(places).catch(() => undefined)
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
