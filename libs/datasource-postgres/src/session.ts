import type { ConnectionSettings } from '@penstock/datasource'
import type { Client } from 'pg'
import { z } from 'zod'
import { requestCancel } from './cancel-request.js'
import { Exchange, type Settled } from './exchange.js'
import { FrameWatch } from './frame-watch.js'
import { PreparedStatements } from './prepared-statements.js'
import { STATEMENT_TIMEOUT_MS } from './session-settings.js'
import type { Sink } from './rows-sink.js'

// A cancel that is not answered by then will not be; the connection is closed either way.
const CANCEL_MS_MAX = 2000
// Rows below this are gone before anybody could have done something about them.
const LARGE_ROW_BYTES = 1_048_576

/** What a cancel request must show of the connection whose statement it stops; pg keeps it, but its types do not name it. */
const backend = z.object({ processID: z.number(), secretKey: z.number() })

/** One connection to the server and what is known of it. Runs one exchange at a time. */
export class Session {
  readonly prepared = new PreparedStatements()
  /** The session's statement_timeout as the server has it now. */
  timeoutMs = STATEMENT_TIMEOUT_MS
  /** When it became idle last, in milliseconds of the pool's clock. */
  idleSinceMs = 0
  #current: Exchange | undefined
  #usable = true

  constructor(
    readonly client: Client,
    readonly settings: ConnectionSettings,
    closed: (session: Session) => void,
  ) {
    client.on('error', (error) => this.#lost(error))
    client.on('end', () => {
      this.#lost(new Error('the server closed the connection'))
      closed(this)
    })
    const watch = new FrameWatch(LARGE_ROW_BYTES, (bytes) => this.#announced(bytes))
    // Behind the driver's own listener: what came before the large row has been handled.
    client.connection.stream.on('data', (piece: Buffer) => watch.take(piece))
  }

  /** False once the connection is lost or given up: it must not be used again. */
  get usable(): boolean {
    return this.#usable
  }

  /** True outside of any transaction. */
  get isIdle(): boolean {
    return this.client.getTransactionStatus() === 'I'
  }

  /** Sends a group and resolves when the server has answered all of it; never rejects. */
  exchange(bytes: Buffer, steps: readonly Sink[]): Promise<Settled> {
    return new Promise((resolve) => {
      const exchange = new Exchange(bytes, steps, (outcome) => {
        this.#current = undefined
        resolve(outcome)
      })
      this.#current = exchange
      this.client.query(exchange)
    })
  }

  /**
   * Stops what runs, on the server too, and gives the connection up: a cancel may arrive late, so nothing else may ever run here.
   * The running exchange settles at once with `failure`, or as it stands without one.
   */
  abandon(failure: Error | undefined): void {
    if (!this.#usable) return
    this.#usable = false
    const exchange = this.#current
    exchange?.abandon(failure)
    const { data } = backend.safeParse(this.client)
    if (exchange === undefined || data === undefined) {
      this.destroy()
      return
    }
    void requestCancel(this.settings, data.processID, data.secretKey, CANCEL_MS_MAX).then(() => this.destroy())
  }

  /** Says goodbye to the server; for idle sessions. */
  close(): void {
    this.#usable = false
    void this.client.end()
  }

  /** Drops the connection without a word. */
  destroy(): void {
    this.#usable = false
    this.client.connection.stream.destroy()
  }

  /** Stops and continues reading from the socket, so that a slow reader slows the server down. */
  pause(): void {
    this.client.connection.stream.pause()
  }

  resume(): void {
    this.client.connection.stream.resume()
  }

  #announced(bytes: number): void {
    this.#current?.announced(bytes)
    // Whoever gave up because of it does not want the rest of it either, which would go on arriving until the cancel does.
    if (!this.#usable) this.pause()
  }

  #lost(error: Error): void {
    this.#usable = false
    this.#current?.abandon(error)
  }
}
