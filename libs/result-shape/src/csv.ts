import type { Field, Row } from '@penstock/datasource'
import { keyIn, type Naming, snakeToCamel } from './naming.js'
import { renameKeys } from './rename-keys.js'

export interface CsvOptions {
  readonly naming: Naming
  /** Texts that a spreadsheet would run as a formula get an apostrophe in front. Numbers stay as they are. */
  readonly guardFormulas: boolean
}

/** Writes the rows of one field list as CSV records. */
export interface CsvEncoder {
  /** The record with the names of the columns. */
  readonly header: string
  encode(rows: readonly Row[]): string
}

const NEEDS_QUOTES = /[",\r\n]/
/** What spreadsheets take for the beginning of a formula, in both widths; leading tabs and line ends are skipped by them. */
const STARTS_FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
const LINE_END = '\r\n'

/**
 * RFC 4180: records end with CRLF, and cells are quoted where they must be. Null is an empty cell and empty text is `""`, as PostgreSQL's
 * COPY writes them. All columns are written, those with equal names, too. No row ever becomes an empty line, which readers skip: in a
 * single column null is `""`.
 */
export function csvEncoder(fields: readonly Field[], { naming, guardFormulas }: CsvOptions): CsvEncoder {
  const text = guardFormulas ? (cell: string) => csvCell(guarded(cell)) : csvCell
  const json = (cell: string) => csvCell(renameKeys(cell, snakeToCamel))
  const writers = fields.map(({ encoding, type }) => {
    if (encoding === 'string') return text
    return naming === 'camel' && /^_?jsonb?(\[\])?$/.test(type) ? json : csvCell
  })
  const none = fields.length === 1 ? '""' : ''
  return {
    header: fields.map(({ name }) => text(keyIn(naming, name))).join(',') + LINE_END,
    encode(rows) {
      let records = ''
      for (const row of rows) {
        for (let at = 0; at < writers.length; at++) {
          const cell = row[at]
          if (at > 0) records += ','
          records += cell === null || cell === undefined ? none : (writers[at]?.(cell) ?? none)
        }
        records += LINE_END
      }
      return records
    },
  }
}

function csvCell(cell: string): string {
  if (cell === '') return '""'
  return NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

function guarded(cell: string): string {
  return STARTS_FORMULA.test(cell) ? `'${cell}` : cell
}
