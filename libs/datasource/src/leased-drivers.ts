import { AppError } from '@penstock/errors'
import type { Driver } from './driver.js'

/** A driver in use. It is not closed before the lease is released. */
export interface DriverLease {
  readonly driver: Driver
  /** Gives it back; more than once does nothing. */
  release(): void
}

export interface LeasedDrivers {
  /**
   * The driver of a data source as its entry stands now: `id` names the data source, `hash` its settings. Another hash under the same id
   * opens a new driver at once, while calls on the old one end on the old one. Throws DATASOURCE_BUSY when all places are in use.
   */
  lease(id: string, hash: string, open: () => Driver): DriverLease
  /** Closes the drivers of data sources that are not in the set, each when nobody uses it any more. */
  retain(ids: ReadonlySet<string>): void
  readonly size: number
  close(): Promise<void>
}

/** At most `driversMax` open drivers; when a further one is needed, the one unused for longest is closed. */
export function leasedDrivers(driversMax: number): LeasedDrivers {
  return new Registry(driversMax)
}

interface Entry {
  readonly id: string
  readonly hash: string
  readonly driver: Driver
  leases: number
  /** No new leases: it closes with its last one. */
  retired: boolean
}

class Registry implements LeasedDrivers {
  // In order of last use, coldest first.
  readonly #current = new Map<string, Entry>()
  readonly #retiring = new Set<Entry>()
  readonly #closing = new Set<Promise<void>>()

  constructor(readonly driversMax: number) {}

  get size(): number {
    return this.#current.size + this.#retiring.size
  }

  lease(id: string, hash: string, open: () => Driver): DriverLease {
    const entry = this.#entry(id, hash, open)
    entry.leases += 1
    let held = true
    return {
      driver: entry.driver,
      release: () => {
        if (!held) return
        held = false
        entry.leases -= 1
        if (entry.retired && entry.leases === 0) this.#end(entry)
      },
    }
  }

  retain(ids: ReadonlySet<string>): void {
    for (const [id, entry] of this.#current) if (!ids.has(id)) this.#retire(entry)
  }

  async close(): Promise<void> {
    for (const entry of this.#current.values()) this.#retire(entry)
    // Calls that still run end on their drivers; closing a driver waits for them.
    for (const entry of this.#retiring) this.#end(entry)
    await Promise.all(this.#closing)
  }

  #entry(id: string, hash: string, open: () => Driver): Entry {
    const found = this.#current.get(id)
    if (found?.hash === hash) {
      this.#current.delete(id)
      this.#current.set(id, found)
      return found
    }
    if (found !== undefined) this.#retire(found)
    if (this.size >= this.driversMax) this.#evict()
    const entry: Entry = { id, hash, driver: open(), leases: 0, retired: false }
    this.#current.set(id, entry)
    return entry
  }

  #evict(): void {
    for (const entry of this.#current.values()) {
      if (entry.leases > 0) continue
      this.#retire(entry)
      return
    }
    throw new AppError('DATASOURCE_BUSY', `all ${this.driversMax} drivers are in use`, {
      headers: { 'Retry-After': '1' },
    })
  }

  #retire(entry: Entry): void {
    entry.retired = true
    this.#current.delete(entry.id)
    this.#retiring.add(entry)
    if (entry.leases === 0) this.#end(entry)
  }

  #end(entry: Entry): void {
    this.#retiring.delete(entry)
    // A driver that fails to close has nothing left that could be done about it.
    const closed = entry.driver.close().catch(() => undefined)
    this.#closing.add(closed)
    void closed.then(() => this.#closing.delete(closed))
  }
}
