import type { Row, StatementResult } from '@penstock/datasource'
import { columnsOf, type Column, type ColumnSource } from './column-types.js'
import type { MysqlOptions } from './mysql-options.js'
import type { Sink } from './session.js'

/** What one call may still read, over all its statements. */
export interface Budget {
  rowsLeft: number
  bytesLeft: number
}

/** The cells of a row, and how much text they are. */
export function cellsOf(
  values: readonly unknown[],
  columns: readonly Column[],
): { cells: (string | null)[]; bytes: number } {
  let bytes = 0
  const cells = columns.map(({ cell }, index) => {
    const value = values[index]
    const text = value === null || value === undefined ? null : cell(value)
    if (text !== null) bytes += Buffer.byteLength(text)
    return text
  })
  return { cells, bytes }
}

/** Takes a row from the budget; false when it does not fit. A smaller row behind it would leave a hole, so nothing fits after it. */
function takes(budget: Budget, bytes: number): boolean {
  if (budget.rowsLeft <= 0 || bytes > budget.bytesLeft) {
    budget.rowsLeft = 0
    return false
  }
  budget.rowsLeft -= 1
  budget.bytesLeft -= bytes
  return true
}

/** Rows of one statement, cut at the last whole row that the budget allows. */
export class BufferedRows implements Sink {
  readonly #rows: Row[] = []
  #columns: readonly Column[] | undefined
  #affected = 0
  #truncated = false

  constructor(
    readonly budget: Budget,
    readonly options: MysqlOptions,
    /** Called once, when a row came for which nothing is left. */
    readonly full: (() => void) | undefined,
  ) {}

  fields(columns: readonly ColumnSource[]): void {
    this.#columns = columnsOf(columns, this.options)
  }

  row(values: readonly unknown[]): void {
    if (this.#truncated) return
    const { cells, bytes } = cellsOf(values, this.#columns ?? [])
    if (takes(this.budget, bytes)) this.#rows.push(cells)
    else {
      this.#truncated = true
      this.full?.()
    }
  }

  count(affected: number): void {
    this.#affected = affected
  }

  result(): StatementResult {
    if (this.#columns === undefined) return { kind: 'count', count: this.#affected }
    return {
      kind: 'rows',
      fields: this.#columns.map(({ field }) => field),
      rows: this.#rows,
      truncated: this.#truncated,
    }
  }
}
