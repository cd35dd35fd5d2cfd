import type { StatementResult } from '@penstock/datasource'
import type { Columns, ColumnSource, TypeCatalog } from './type-catalog.js'

/** Takes what the server answers to one statement of a group. */
export interface Sink {
  /** The statement's columns, when they had to be asked for. */
  describe(source: readonly ColumnSource[]): void
  /** One row; `bytes` is the length of its cells on the wire. */
  row(cells: (string | null)[], bytes: number): void
  /** A large row is on its way, with at least so many bytes of cells: whoever cannot take it need not wait until it is all there. */
  announced?(bytes: number): void
  /** The statement ended; `tag` is for example `INSERT 0 3`. */
  complete(tag: string): void
  /** The row limit was reached with rows left. */
  suspended(): void
}

/** For statements that only set the scene: BEGIN, set_config, ROLLBACK. */
export const IGNORED: Sink = { describe() {}, row() {}, complete() {}, suspended() {} }

/** What one call may still read, over all its statements. */
export interface Budget {
  rowsLeft: number
  bytesLeft: number
}

/** Rows of one statement, decoded as they arrive and cut at the last whole row that the budget allows. */
export class BufferedRows implements Sink {
  columns: Columns | undefined
  /** Of the cells that were kept, on the wire. */
  bytes = 0
  readonly #rows: (string | null)[][] = []
  #truncated = false
  #tag = ''

  constructor(
    readonly budget: Budget,
    readonly types: TypeCatalog,
    /** Called once, when a row came for which nothing is left. */
    readonly full: (() => void) | undefined,
  ) {}

  describe(source: readonly ColumnSource[]): void {
    this.columns = this.types.columns(source)
  }

  row(cells: (string | null)[], bytes: number): void {
    const { budget } = this
    if (budget.rowsLeft <= 0 || bytes > budget.bytesLeft) {
      // A smaller row behind a row that did not fit would leave a hole in the result.
      budget.rowsLeft = 0
      if (!this.#truncated) this.full?.()
      this.#truncated = true
      return
    }
    budget.rowsLeft -= 1
    budget.bytesLeft -= bytes
    this.bytes += bytes
    if (this.columns !== undefined) decodeRow(cells, this.columns)
    this.#rows.push(cells)
  }

  announced(bytes: number): void {
    if (this.full !== undefined && bytes > this.budget.bytesLeft) this.row([], bytes)
  }

  get rowCount(): number {
    return this.#rows.length
  }

  complete(tag: string): void {
    this.#tag = tag
  }

  suspended(): void {
    this.#truncated = true
  }

  /** Decodes what could not be decoded on arrival, once the types are known. */
  learnt(types: TypeCatalog): void {
    const before = this.columns
    if (before === undefined) return
    const columns = types.columns(before.source)
    const late = {
      ...columns,
      decoders: columns.decoders.map((decode, index) => (before.decoders[index] === undefined ? decode : undefined)),
    }
    for (const row of this.#rows) decodeRow(row, late)
    this.columns = columns
  }

  result(): StatementResult {
    const { columns } = this
    if (columns === undefined) return { kind: 'count', count: affectedRows(this.#tag) }
    return { kind: 'rows', fields: columns.fields, rows: this.#rows, truncated: this.#truncated }
  }
}

/** Decodes the cells of a row in place. */
export function decodeRow(cells: (string | null)[], columns: Columns): void {
  const { decoders } = columns
  for (let index = 0; index < decoders.length; index += 1) {
    const decode = decoders[index]
    const cell = cells[index]
    if (decode !== undefined && cell !== null && cell !== undefined) cells[index] = decode(cell)
  }
}

/** `INSERT 0 3` → 3, `UPDATE 5` → 5, `CREATE TABLE` → 0. */
function affectedRows(tag: string): number {
  const count = Number(tag.slice(tag.lastIndexOf(' ') + 1))
  return Number.isNaN(count) ? 0 : count
}
