import { RowBatches, type RunOptions } from '@penstock/datasource'
import { columnsOf, type Column, type ColumnSource } from './column-types.js'
import type { MysqlOptions } from './mysql-options.js'
import { cellsOf } from './rows.js'
import type { Session, Sink } from './session.js'

/** The rows of a streamed statement, made into cells as they arrive. */
export class BatchedRows implements Sink {
  readonly batches: RowBatches
  #columns: readonly Column[] = []

  constructor(
    options: RunOptions,
    session: Session,
    readonly choices: MysqlOptions,
  ) {
    this.batches = new RowBatches(session, options)
  }

  fields(columns: readonly ColumnSource[]): void {
    this.#columns = columnsOf(columns, this.choices)
    this.batches.fields = this.#columns.map(({ field }) => field)
  }

  row(values: readonly unknown[]): void {
    if (!this.batches.isOpen) return
    const { cells, bytes } = cellsOf(values, this.#columns)
    if (this.batches.fits(bytes)) this.batches.add(cells, bytes)
  }

  count(): void {
    // A read without rows, as SHOW of nothing: the one empty batch at the end says so.
  }
}
