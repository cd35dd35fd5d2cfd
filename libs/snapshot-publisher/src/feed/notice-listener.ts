import pg from 'pg'
import { SNAPSHOT_CHANNEL } from './channel.js'
import { reasonOf, type ReportFact } from './facts.js'

/** Waits between attempts to connect: doubled each time, at most this. */
const RETRY_MS_FIRST = 200
const RETRY_MS_MAX = 5000

export interface NoticeListenerParts {
  readonly connection: pg.ClientConfig
  /** Called for every notice, and whenever the connection is there again: notices may have been missed. */
  readonly onNotice: () => void
  readonly report: ReportFact
}

export interface NoticeListener {
  /** True while notices arrive. */
  readonly listening: boolean
  close(): Promise<void>
}

/**
 * Listens for committed revisions on a connection of its own, and connects again when it breaks. A pool will not do: a listening session
 * must not be handed to anybody else.
 */
export function listenForNotices(parts: NoticeListenerParts): NoticeListener {
  const listener = new ReconnectingListener(parts)
  listener.start()
  return listener
}

class ReconnectingListener implements NoticeListener {
  listening = false
  #closed = false
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #retryMs = RETRY_MS_FIRST
  #connecting: Promise<void> = Promise.resolve()
  #lossReported = false

  constructor(private readonly parts: NoticeListenerParts) {}

  start(): void {
    this.#connecting = this.#connect()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#connecting
    await this.#client?.end().catch(() => undefined)
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      application_name: 'penstock-snapshot',
      ...this.parts.connection,
    })
    this.#client = client
    client.on('error', (error) => this.#lost(client, reasonOf(error)))
    client.on('end', () => this.#lost(client, 'the connection ended'))
    client.on('notification', () => this.parts.onNotice())
    try {
      await client.connect()
      await client.query(`LISTEN ${SNAPSHOT_CHANNEL}`)
    } catch (error) {
      this.#lost(client, reasonOf(error))
      return
    }
    if (this.#client !== client) return
    this.listening = true
    this.#retryMs = RETRY_MS_FIRST
    if (this.#lossReported) this.parts.report({ kind: 'notices.back' })
    this.#lossReported = false
    this.parts.onNotice()
  }

  /** `error` and `end` may both come for one loss; the second finds another client or none. */
  #lost(client: pg.Client, reason: string): void {
    if (this.#client !== client) return
    this.#client = undefined
    this.listening = false
    void client.end().catch(() => undefined)
    if (this.#closed) return
    if (!this.#lossReported) this.parts.report({ kind: 'notices.lost', reason })
    this.#lossReported = true
    this.#timer = setTimeout(() => this.start(), this.#retryMs)
    this.#timer.unref()
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2)
  }
}
