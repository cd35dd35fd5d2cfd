import { type GatewayHeartbeat, INTERNAL_ROUTES } from '@penstock/contracts'
import type { Observe } from '@penstock/observations'
import { jittered, pause, withDeadline } from '@penstock/waiting'
import { askAdmin, reasonOf, type AdminAddress } from '@penstock/internal-http'

export interface HeartbeatOptions extends AdminAddress {
  /** What to say, asked anew for each beat. */
  readonly state: () => GatewayHeartbeat
  readonly observe: Observe
  /** Told with each answer: what admin's clock showed, and what ours showed then, in milliseconds since 1970. */
  readonly onClock?: (adminMs: number, localMs: number) => void
  readonly everyMs?: number
  /** From 0 to 1. */
  readonly random?: () => number
}

const EVERY_MS = 5_000
const TIMEOUT_MS = 5_000

/** Tells admin every few seconds, and at once after a change, what this gateway serves. Failing to is noted once per outage. */
export class Heartbeat {
  readonly #options: HeartbeatOptions
  readonly #stop = new AbortController()
  #wake = new AbortController()
  #failing = false
  #beating: Promise<void> | undefined

  constructor(options: HeartbeatOptions) {
    this.#options = options
  }

  start(): void {
    this.#beating ??= this.#beat()
  }

  /** Says it now instead of at the next beat. */
  now(): void {
    this.#wake.abort()
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#wake.abort()
    await this.#beating
  }

  async #beat(): Promise<void> {
    const { everyMs = EVERY_MS, random = Math.random } = this.#options
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController()
      await this.#tell()
      if (!this.#stop.signal.aborted) await pause(jittered(everyMs, random()), this.#wake.signal)
    }
  }

  async #tell(): Promise<void> {
    try {
      await withDeadline(TIMEOUT_MS, this.#stop.signal, async (signal) => {
        const body = JSON.stringify(this.#options.state())
        const { status, date } = await askAdmin(this.#options, INTERNAL_ROUTES.heartbeat, { signal, body })
        if (status >= 300) throw new Error(`admin answered ${status}`)
        this.#tellClock(date)
      })
      this.#failing = false
    } catch (error) {
      if (this.#stop.signal.aborted) return
      if (!this.#failing) this.#options.observe({ kind: 'heartbeat.failed', reason: reasonOf(error) })
      this.#failing = true
    }
  }

  /** The header cuts the second off: half a second later is the best guess. */
  #tellClock(date: string | undefined): void {
    const adminMs = date === undefined ? Number.NaN : Date.parse(date)
    if (Number.isFinite(adminMs)) this.#options.onClock?.(adminMs + 500, Date.now())
  }
}
