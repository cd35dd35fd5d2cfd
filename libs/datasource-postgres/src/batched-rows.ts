import { RowBatches, type RunOptions } from '@penstock/datasource'
import type { StatementSink } from './group.js'
import { decodeRow } from './rows-sink.js'
import type { Session } from './session.js'
import type { Columns, ColumnSource, TypeCatalog } from './type-catalog.js'

/** The rows of a streamed statement, decoded as they arrive. */
export class BatchedRows implements StatementSink {
  readonly batches: RowBatches
  #columns: Columns | undefined

  constructor(
    options: RunOptions,
    session: Session,
    readonly types: TypeCatalog,
  ) {
    this.batches = new RowBatches(session, options)
  }

  get columns(): Columns | undefined {
    return this.#columns
  }

  set columns(columns: Columns | undefined) {
    this.#columns = columns
    this.batches.fields = columns?.fields ?? []
  }

  describe(source: readonly ColumnSource[]): void {
    this.columns = this.types.columns(source)
  }

  row(cells: (string | null)[], bytes: number): void {
    if (!this.batches.fits(bytes)) return
    if (this.#columns !== undefined) decodeRow(cells, this.#columns)
    this.batches.add(cells, bytes)
  }

  announced(bytes: number): void {
    this.batches.announced(bytes)
  }

  complete(): void {
    // The end of the exchange tells; a ROLLBACK may still follow.
  }

  suspended(): void {
    // Streams have no row limit on the server: they are cut here.
  }
}
