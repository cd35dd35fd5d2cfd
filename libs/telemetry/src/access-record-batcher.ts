import { ACCESS_RECORDS_MAX } from '@penstock/contracts'
import type { Observe } from '@penstock/observations'
import { pause, withDeadline } from '@penstock/waiting'
import { RecordBatch } from './record-batch.js'

/** What became of a batch: admin has it, or will never take it. Throwing means: try again. */
export type Delivery = 'taken' | 'refused'

export interface BatcherOptions {
  readonly gatewayId: string
  /** Takes the JSON text of an AccessRecordBatch. */
  readonly deliver: (body: Buffer, signal: AbortSignal) => Promise<Delivery>
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
  /** Batches that wait, oldest first; the last one is being filled. */
  #batches: RecordBatch[] = [new RecordBatch()]
  #buffered = 0
  #dropped = 0
  #droppedUnreported = 0
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined
  #closing = false

  constructor(options: BatcherOptions) {
    this.#options = { bufferMax: BUFFER_MAX, batchWaitMs: BATCH_WAIT_MS, random: Math.random, ...options }
  }

  /** Takes the JSON text of a record at once, or drops and counts it when the buffer is full. Never waits and never throws. */
  add(json: string): void {
    if (this.#closing || this.#buffered >= this.#options.bufferMax) {
      this.#dropped++
      this.#droppedUnreported++
    } else {
      this.#append(json)
    }
    if (this.#buffered >= ACCESS_RECORDS_MAX) this.#start()
    else this.#schedule()
  }

  /** Records that wait to be delivered. */
  get buffered(): number {
    return this.#buffered
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
    while (this.#buffered > 0 && !this.#stop.signal.aborted) {
      this.#start()
      await this.#sending
    }
    clearTimeout(deadline)
    clearTimeout(this.#timer)
    this.#stop.abort()
    this.#dropped += this.#buffered
    this.#reportDrops('shutdown', this.#buffered)
    this.#batches = [new RecordBatch()]
    this.#buffered = 0
  }

  #append(json: string): void {
    let last = this.#batches.at(-1)
    if (last === undefined || last.count >= ACCESS_RECORDS_MAX) this.#batches.push((last = new RecordBatch()))
    last.add(json)
    this.#buffered++
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
    if (this.#buffered === 0) return
    this.#sending = this.#sendOne().finally(() => {
      this.#sending = undefined
      if (this.#buffered >= ACCESS_RECORDS_MAX) this.#start()
      else if (this.#buffered > 0) this.#schedule()
    })
  }

  async #sendOne(): Promise<void> {
    const [batch] = this.#batches
    if (batch === undefined) return
    // What comes meanwhile goes into the next one: a batch that was sent once must not change.
    if (this.#batches.length === 1) this.#batches.push(new RecordBatch())
    const body = batch.body(this.#options.gatewayId)
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      const outcome = await this.#attempt(body)
      if (outcome === 'taken' || outcome === 'refused') return this.#settle(batch, outcome)
      await this.#waitToRetry(attempt, outcome.reason)
    }
  }

  #settle(batch: RecordBatch, outcome: Delivery): void {
    this.#batches.shift()
    this.#buffered -= batch.count
    if (outcome === 'taken') return this.#options.observe({ kind: 'access-records.delivered', count: batch.count })
    this.#dropped += batch.count
    this.#reportDrops('refused', batch.count)
  }

  async #attempt(body: Buffer): Promise<Delivery | { readonly reason: string }> {
    try {
      return await withDeadline(DELIVERY_TIMEOUT_MS, this.#stop.signal, (signal) => this.#options.deliver(body, signal))
    } catch (error) {
      return { reason: error instanceof Error ? error.message : String(error) }
    }
  }

  async #waitToRetry(attempt: number, reason: string): Promise<void> {
    const ceiling = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** attempt)
    // While closing there is one deadline and nobody to be gentle with.
    const retryInMs = this.#closing ? RETRY_MS_MIN : Math.max(RETRY_MS_MIN, this.#options.random() * ceiling)
    this.#options.observe({ kind: 'access-records.delayed', reason, buffered: this.#buffered, retryInMs })
    await pause(retryInMs, this.#stop.signal)
  }

  #reportDrops(reason: 'buffer full' | 'refused' | 'shutdown', count: number): void {
    if (count > 0) this.#options.observe({ kind: 'access-records.dropped', count, reason })
  }
}
