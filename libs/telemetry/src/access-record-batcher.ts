import { randomUUID } from 'node:crypto'
import { ACCESS_RECORDS_MAX, type AccessRecord, type AccessRecordBatch } from '@penstock/contracts'
import { type Observe } from '@penstock/observations'
import { abortableWait, withDeadline } from './abortable-wait.js'

/** What became of a batch: admin has it, or will never take it. Throwing means: try again. */
export type Delivery = 'taken' | 'refused'

export interface BatcherOptions {
  readonly gatewayId: string
  readonly deliver: (batch: AccessRecordBatch, signal: AbortSignal) => Promise<Delivery>
  readonly observe: Observe
  /** Records that may wait; more are dropped and counted. */
  readonly bufferMax?: number
  /** A batch goes out when it is full, or after this time. */
  readonly batchWaitMs?: number
  /** From 0 to 1, for the jitter of retries. */
  readonly random?: () => number
}

// 20 000 records × about 500 bytes ≈ 10 MB: what a gateway may hold while admin is away.
const BUFFER_MAX = 20_000
const BATCH_WAIT_MS = 500
const DELIVERY_TIMEOUT_MS = 10_000
const RETRY_MS_MIN = 250
const RETRY_MS_MAX = 8_000

/** Collects access records and delivers them in batches, one at a time and in order, beside the calls. */
export class AccessRecordBatcher {
  readonly #options: Required<BatcherOptions>
  readonly #stop = new AbortController()
  #buffer: AccessRecord[] = []
  #dropped = 0
  #droppedUnreported = 0
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined
  #closing = false

  constructor(options: BatcherOptions) {
    this.#options = { bufferMax: BUFFER_MAX, batchWaitMs: BATCH_WAIT_MS, random: Math.random, ...options }
  }

  /** Takes a record at once, or drops and counts it when the buffer is full. Never waits and never throws. */
  add(record: AccessRecord): void {
    if (this.#closing || this.#buffer.length >= this.#options.bufferMax) {
      this.#dropped++
      this.#droppedUnreported++
    } else {
      this.#buffer.push(record)
    }
    if (this.#buffer.length >= ACCESS_RECORDS_MAX) this.#start()
    else this.#schedule()
  }

  /** Records given up since the start. */
  get dropped(): number {
    return this.#dropped
  }

  /** Sends what waits, for at most `deadlineMs`; what is left then is dropped and counted. Idempotent. */
  async close(deadlineMs: number): Promise<void> {
    if (this.#stop.signal.aborted) return
    this.#closing = true
    const deadline = setTimeout(() => this.#stop.abort(), deadlineMs)
    while (this.#buffer.length > 0 && !this.#stop.signal.aborted) {
      this.#start()
      await this.#sending
    }
    clearTimeout(deadline)
    clearTimeout(this.#timer)
    this.#stop.abort()
    this.#dropped += this.#buffer.length
    this.#reportDrops('shutdown', this.#buffer.length)
    this.#buffer = []
  }

  #schedule(): void {
    if (this.#closing || this.#timer !== undefined || this.#sending !== undefined) return
    this.#timer = setTimeout(() => this.#start(), this.#options.batchWaitMs)
    this.#timer.unref()
  }

  #start(): void {
    if (this.#sending !== undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    // One fact for a burst of drops: a flood must not become a flood of log lines.
    this.#reportDrops('buffer full', this.#droppedUnreported)
    this.#droppedUnreported = 0
    if (this.#buffer.length === 0) return
    this.#sending = this.#sendOne().finally(() => {
      this.#sending = undefined
      if (this.#buffer.length >= ACCESS_RECORDS_MAX) this.#start()
      else if (this.#buffer.length > 0) this.#schedule()
    })
  }

  async #sendOne(): Promise<void> {
    const records = this.#buffer.slice(0, ACCESS_RECORDS_MAX)
    // The batch keeps its id over all attempts, so that admin stores it once.
    const batch: AccessRecordBatch = { batch_id: randomUUID(), gateway_id: this.#options.gatewayId, records }
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      const outcome = await this.#attempt(batch)
      if (outcome === 'taken' || outcome === 'refused') {
        this.#buffer = this.#buffer.slice(records.length)
        if (outcome === 'taken')
          return this.#options.observe({ kind: 'access-records.delivered', count: records.length })
        this.#dropped += records.length
        return this.#reportDrops('refused', records.length)
      }
      await this.#waitToRetry(attempt, outcome.reason)
    }
  }

  async #attempt(batch: AccessRecordBatch): Promise<Delivery | { readonly reason: string }> {
    try {
      return await withDeadline(DELIVERY_TIMEOUT_MS, this.#stop.signal, (signal) =>
        this.#options.deliver(batch, signal),
      )
    } catch (error) {
      return { reason: error instanceof Error ? error.message : String(error) }
    }
  }

  async #waitToRetry(attempt: number, reason: string): Promise<void> {
    const ceiling = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** attempt)
    // While closing there is one deadline and nobody to be gentle with.
    const retryInMs = this.#closing ? RETRY_MS_MIN : Math.max(RETRY_MS_MIN, this.#options.random() * ceiling)
    this.#options.observe({ kind: 'access-records.delayed', reason, buffered: this.#buffer.length, retryInMs })
    await abortableWait(retryInMs, this.#stop.signal)
  }

  #reportDrops(reason: 'buffer full' | 'refused' | 'shutdown', count: number): void {
    if (count > 0) this.#options.observe({ kind: 'access-records.dropped', count, reason })
  }
}
