import type { RowBatch, RunOptions } from '@penstock/datasource'
import { decodeRow } from './rows-sink.js'
import type { StatementSink } from './group.js'
import type { Session } from './session.js'
import type { Columns, ColumnSource, TypeCatalog } from './type-catalog.js'

const BATCH_ROWS_MAX = 512
const BATCH_BYTES_MAX = 65_536
// One batch in the reader's hands and this many behind it; then the socket is paused and the server waits.
const READY_BATCHES_MAX = 2

/**
 * Rows on their way to a reader, in batches. Holds at most a few batches: when the reader is slower than the server, reading from the
 * socket stops. When the reader is faster, it gets what has arrived, without waiting for a full batch.
 */
export class BatchedRows implements StatementSink {
  columns: Columns | undefined
  #rows: (string | null)[][] = []
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
    options: RunOptions,
    readonly session: Session,
    readonly types: TypeCatalog,
  ) {
    this.#rowsLeft = options.rowsMax ?? Infinity
    this.#bytesLeft = options.bytesMax ?? Infinity
  }

  /** True until the last row has arrived. */
  get isOpen(): boolean {
    return this.#open
  }

  describe(source: readonly ColumnSource[]): void {
    this.columns = this.types.columns(source)
  }

  row(cells: (string | null)[], bytes: number): void {
    if (!this.#open) return
    if (this.#rowsLeft <= 0 || bytes > this.#bytesLeft) {
      this.#cut()
      return
    }
    this.#rowsLeft -= 1
    this.#bytesLeft -= bytes
    this.#bytes += bytes
    if (this.columns !== undefined) decodeRow(cells, this.columns)
    this.#rows.push(cells)
    if (this.#rows.length >= BATCH_ROWS_MAX || this.#bytes >= BATCH_BYTES_MAX) this.#flush(false)
    else if (this.#wake !== undefined && !this.#flushing) this.#flushSoon()
  }

  announced(bytes: number): void {
    if (this.#open && bytes > this.#bytesLeft) this.#cut()
  }

  complete(): void {
    // The end of the exchange tells; a ROLLBACK may still follow.
  }

  suspended(): void {
    // Streams have no row limit on the server: they are cut here.
  }

  /** No more rows will come. */
  end(failure: Error | undefined): void {
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
    this.session.abandon(undefined)
  }

  #flush(truncated: boolean): void {
    this.#ready.push({ fields: this.columns?.fields ?? [], rows: this.#rows, truncated })
    this.#yielded = true
    this.#rows = []
    this.#bytes = 0
    if (this.#ready.length >= READY_BATCHES_MAX && !this.#paused && this.#open) {
      this.#paused = true
      this.session.pause()
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
    this.session.resume()
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
