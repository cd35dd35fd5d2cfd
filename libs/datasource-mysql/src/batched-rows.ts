import type { Field, Row, RowBatch, RunOptions } from '@penstock/datasource'
import { columnsOf, type Column, type ColumnSource } from './column-types.js'
import type { MysqlOptions } from './mysql-options.js'
import { cellsOf, takes, type Budget } from './rows.js'
import type { Session, Sink } from './session.js'

const BATCH_ROWS_MAX = 512
const BATCH_BYTES_MAX = 65_536
// One batch in the reader's hands and this many behind it; then the socket is paused and the server waits.
const READY_BATCHES_MAX = 2

/** Rows on their way to a reader, in batches. When the reader is slower than the server, reading from the socket stops. */
export class BatchedRows implements Sink {
  readonly #budget: Budget
  readonly #ready: RowBatch[] = []
  #columns: readonly Column[] = []
  #fields: readonly Field[] = []
  #rows: Row[] = []
  #bytes = 0
  #yielded = false
  #open = true
  #paused = false
  #wake: (() => void) | undefined

  constructor(
    run: RunOptions,
    readonly session: Session,
    readonly options: MysqlOptions,
  ) {
    this.#budget = { rowsLeft: run.rowsMax ?? Infinity, bytesLeft: run.bytesMax ?? Infinity }
  }

  /** True until the last row has arrived. */
  get isOpen(): boolean {
    return this.#open
  }

  fields(columns: readonly ColumnSource[]): void {
    this.#columns = columnsOf(columns, this.options)
    this.#fields = this.#columns.map(({ field }) => field)
  }

  row(values: readonly unknown[]): void {
    if (!this.#open) return
    const { cells, bytes } = cellsOf(values, this.#columns)
    if (!takes(this.#budget, bytes)) {
      this.#open = false
      this.#flush(true)
      this.session.abandon(undefined)
      return
    }
    this.#bytes += bytes
    this.#rows.push(cells)
    if (this.#rows.length >= BATCH_ROWS_MAX || this.#bytes >= BATCH_BYTES_MAX) this.#flush(false)
  }

  count(): void {
    // A read without rows, as SHOW of nothing: the one empty batch at the end says so.
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

  #flush(truncated: boolean): void {
    this.#ready.push({ fields: this.#fields, rows: this.#rows, truncated })
    this.#yielded = true
    this.#rows = []
    this.#bytes = 0
    if (this.#ready.length >= READY_BATCHES_MAX && !this.#paused && this.#open) {
      this.#paused = true
      this.session.pause()
    }
    this.#wake?.()
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
