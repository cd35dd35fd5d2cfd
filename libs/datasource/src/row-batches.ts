import type { Field, Row, RowBatch, RunOptions } from './driver.js'

/** Where rows come from, and how it is made to wait or to stop. */
export interface RowSource {
  pause(): void
  resume(): void
  /** Stops the statement on the server; it settles as it stands. */
  abandon(failure: undefined): void
}

const BATCH_ROWS_MAX = 512
const BATCH_BYTES_MAX = 65_536
// One batch in the reader's hands and this many behind it; then the source is paused and the server waits.
const READY_BATCHES_MAX = 2

/**
 * Rows on their way to a reader, in batches, cut at the caps of a call. Holds at most a few batches: when the reader is slower than the server,
 * reading from the socket stops. When the reader is faster, it gets what has arrived, without waiting for a full batch.
 */
export class RowBatches {
  fields: readonly Field[] = []
  #rows: Row[] = []
  #bytes = 0
  #rowsLeft: number
  #bytesLeft: number
  readonly #ready: RowBatch[] = []
  #yielded = false
  #open = true
  #paused = false
  #flushing = false
  #wake: (() => void) | undefined

  constructor(
    readonly source: RowSource,
    { rowsMax, bytesMax }: Pick<RunOptions, 'rowsMax' | 'bytesMax'>,
  ) {
    this.#rowsLeft = rowsMax ?? Infinity
    this.#bytesLeft = bytesMax ?? Infinity
  }

  /** True until the last row has arrived. */
  get isOpen(): boolean {
    return this.#open
  }

  /** Whether a row of so many bytes belongs to the result; one that does not fit ends it. */
  fits(bytes: number): boolean {
    if (!this.#open) return false
    if (this.#rowsLeft > 0 && bytes <= this.#bytesLeft) return true
    this.#cut()
    return false
  }

  /** Takes a row that fits. */
  add(row: Row, bytes: number): void {
    this.#rowsLeft -= 1
    this.#bytesLeft -= bytes
    this.#bytes += bytes
    this.#rows.push(row)
    if (this.#rows.length >= BATCH_ROWS_MAX || this.#bytes >= BATCH_BYTES_MAX) this.#flush(false)
    else if (this.#wake !== undefined && !this.#flushing) this.#flushSoon()
  }

  /** A row of at least so many bytes is on its way: one that cannot fit need not be waited for. */
  announced(bytes: number): void {
    if (this.#open && bytes > this.#bytesLeft) this.#cut()
  }

  /** No more rows will come. */
  end(failure: unknown): void {
    if (!this.#open) return
    this.#open = false
    if (failure === undefined && (this.#rows.length > 0 || !this.#yielded)) this.#flush(false)
    this.#wake?.()
  }

  /** The next batch; undefined after the last. */
  async next(): Promise<RowBatch | undefined> {
    for (;;) {
      const batch = this.#ready.shift()
      if (batch !== undefined) {
        this.#continue()
        return batch
      }
      if (!this.#open) return undefined
      if (this.#rows.length > 0) this.#flush(false)
      else await this.#arrival()
    }
  }

  #cut(): void {
    this.#open = false
    this.#flush(true)
    this.source.abandon(undefined)
  }

  #flush(truncated: boolean): void {
    this.#ready.push({ fields: this.fields, rows: this.#rows, truncated })
    this.#yielded = true
    this.#rows = []
    this.#bytes = 0
    if (this.#ready.length >= READY_BATCHES_MAX && !this.#paused && this.#open) {
      this.#paused = true
      this.source.pause()
    }
    this.#wake?.()
  }

  /** Gives a waiting reader what one piece from the socket brought, not every single row. */
  #flushSoon(): void {
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      if (this.#open && this.#rows.length > 0 && this.#wake !== undefined) this.#flush(false)
    })
  }

  #continue(): void {
    if (!this.#paused || this.#ready.length >= READY_BATCHES_MAX) return
    this.#paused = false
    this.source.resume()
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined
        resolve()
      }
    })
  }
}
