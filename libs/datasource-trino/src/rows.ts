import type { Field, Row, RunOptions } from '@penstock/datasource'
import { columnsOf, type Column } from './column-types.js'
import type { Page } from './page.js'

/** What one call may still read, over all its statements. */
export interface Budget {
  rowsLeft: number
  bytesLeft: number
}

export function budgetOf({ rowsMax, bytesMax }: Pick<RunOptions, 'rowsMax' | 'bytesMax'>): Budget {
  return { rowsLeft: rowsMax ?? Infinity, bytesLeft: bytesMax ?? Infinity }
}

/** A row as it leaves the driver, and how much text it is. */
export interface MeasuredRow {
  readonly row: Row
  readonly bytes: number
}

/** Makes rows of one statement's pages, as long as the budget lasts. */
export class RowReader {
  #columns: readonly Column[] | undefined
  #truncated = false

  constructor(readonly budget: Budget) {}

  /** The columns; undefined until the server has told them. */
  get fields(): readonly Field[] | undefined {
    return this.#columns?.map(({ field }) => field)
  }

  /** True once a row came for which nothing was left. */
  get truncated(): boolean {
    return this.#truncated
  }

  *read(page: Page): Generator<MeasuredRow> {
    this.#columns ??= columnsOf(page.columns ?? [])
    for (const values of page.rows()) {
      const measured = rowOf(values, this.#columns)
      if (!takes(this.budget, measured.bytes)) {
        this.#truncated = true
        return
      }
      yield measured
    }
  }
}

function rowOf(values: readonly string[], columns: readonly Column[]): MeasuredRow {
  let bytes = 0
  const row = columns.map(({ cell }, index) => {
    const json = values[index] ?? 'null'
    const text = json === 'null' ? null : cell(json)
    if (text !== null) bytes += Buffer.byteLength(text)
    return text
  })
  return { row, bytes }
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
