import type { DuckDBResult } from '@duckdb/node-api'
import type { WireField } from '../protocol/messages.js'
import { cellOf, type Cell } from './cells.js'
import { fieldOf, NESTED } from './field-of.js'
import { jsonOf } from './json-cells.js'

/** A column, and what makes a cell of DuckDB's value; never asked for null. */
export interface Column {
  readonly field: WireField
  readonly cell: Cell
}

/** The columns of a result. */
export function columnsOf(result: DuckDBResult): readonly Column[] {
  return Array.from({ length: result.columnCount }, (_, index) => {
    const type = result.columnType(index)
    const cell = NESTED.has(type.typeId) ? (value: unknown) => jsonOf(value, type) : cellOf(type)
    return { field: fieldOf(result.columnName(index), type), cell }
  })
}
