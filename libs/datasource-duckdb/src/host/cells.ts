import { DuckDBBlobValue, DuckDBTypeId, type DuckDBType } from '@duckdb/node-api'
import { HostFault } from './fault.js'

/** Makes the text of a cell of a value that is not null; null for what JSON has no word for. */
export type Cell = (value: unknown) => string | null

/** The last day of the calendar stands for infinity. */
const INFINITE_DATES = new Set(['5881580-07-11', '-infinity', 'infinity', '5877642-06-24 (BC)'])

/** What makes cells of a type that holds single values. */
export function cellOf(type: DuckDBType): Cell {
  switch (type.typeId) {
    case DuckDBTypeId.FLOAT:
      return floatText
    case DuckDBTypeId.DOUBLE:
      return (value) => (Number.isFinite(value) ? String(value) : null)
    case DuckDBTypeId.DATE:
      return (value) => (INFINITE_DATES.has(String(value)) ? null : String(value))
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return (value) => instantText(String(value))
    case DuckDBTypeId.TIMESTAMP_TZ:
      return (value) => instantText(String(value))?.replace(/[+-]\d\d(?::\d\d)*$/, 'Z') ?? null
    case DuckDBTypeId.BLOB:
      return (value) => (value instanceof DuckDBBlobValue ? Buffer.from(value.bytes).toString('base64') : String(value))
    case DuckDBTypeId.BIGNUM:
      // The binding loses its digits: better no answer than a wrong one.
      return () => {
        throw new HostFault('Not implemented', 'a column of type BIGNUM: cast it to VARCHAR or HUGEINT')
      }
    case DuckDBTypeId.VARCHAR:
      // Line breaks in JSON are white space, inside its strings they are escaped; without them a row stays one line of NDJSON.
      return type.alias === 'JSON' ? (value) => String(value).replace(/[\r\n]/g, ' ') : String
    default:
      return String
  }
}

/** The shortest text that is this number in 32 bits: 0.1, and not the 0.10000000149011612 that it is in 64. */
function floatText(value: unknown): string | null {
  const number = Number(value)
  if (!Number.isFinite(number)) return null
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(number.toPrecision(digits))
    if (Math.fround(short) === number) return String(short)
  }
  return String(Number(number.toPrecision(9)))
}

/** `2026-01-02 03:04:05.1` → `2026-01-02T03:04:05.1`; infinity, which no calendar has, is null. */
function instantText(text: string): string | null {
  return text.endsWith('infinity') ? null : text.replace(' ', 'T')
}
