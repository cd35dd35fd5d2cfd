import type { CellEncoding } from '@penstock/datasource'
import { arrayJson } from './array-json.js'

/** Turns the server's text of a cell into the text that the port promises; null where JSON has no such value. */
export type Decode = (text: string) => string | null

/** How cells of one type are read. Without `decode` the server's text is the cell already. */
export interface ColumnType {
  /** The server's name of the type. */
  readonly name: string
  readonly encoding: CellEncoding
  readonly decode?: Decode
}

const asString = (name: string, decode?: Decode): ColumnType => ({
  name,
  encoding: 'string',
  ...(decode && { decode }),
})
const asRaw = (name: string, decode?: Decode): ColumnType => ({ name, encoding: 'raw', ...(decode && { decode }) })

const finite: Decode = (text) => {
  const last = text.charCodeAt(text.length - 1)
  // Every number ends in a digit; NaN and Infinity do not.
  return last >= 0x30 && last <= 0x39 ? text : null
}
const boolean: Decode = (text) => (text === 't' ? 'true' : 'false')
// Line breaks in JSON are white space, inside its strings they are escaped; without them a row stays one line of NDJSON.
const json: Decode = (text) => (/[\r\n]/.test(text) ? text.replace(/[\r\n]/g, ' ') : text)
const bytea: Decode = (text) => Buffer.from(text.slice(2), 'hex').toString('base64')

const isInfinite = (text: string): boolean => text === 'infinity' || text === '-infinity'
const date: Decode = (text) => (isInfinite(text) ? null : text)
/** `2026-01-02 03:04:05.1` → `2026-01-02T03:04:05.1`. Years before Christ keep the server's own text: ISO 8601 has no agreed form. */
const timestamp: Decode = (text) => (isInfinite(text) ? null : text.endsWith('BC') ? text : text.replace(' ', 'T'))
/** Sessions run in UTC, so the zone is always `+00`. */
const timestamptz: Decode = (text) =>
  isInfinite(text) ? null : text.endsWith('+00') ? `${text.slice(0, -3).replace(' ', 'T')}Z` : text

/** Scalar types that PostgreSQL itself brings, by their fixed OIDs. What is missing here is looked up in pg_type. */
const SCALARS: readonly (readonly [oid: number, type: ColumnType])[] = [
  [16, asRaw('bool', boolean)],
  [17, asString('bytea', bytea)],
  [18, asString('char')],
  [19, asString('name')],
  [20, asRaw('int8')],
  [21, asRaw('int2')],
  [23, asRaw('int4')],
  [25, asString('text')],
  [26, asRaw('oid')],
  [114, asRaw('json', json)],
  [142, asString('xml')],
  [700, asRaw('float4', finite)],
  [701, asRaw('float8', finite)],
  [790, asString('money')],
  [869, asString('inet')],
  [650, asString('cidr')],
  [829, asString('macaddr')],
  [1042, asString('bpchar')],
  [1043, asString('varchar')],
  [1082, asString('date', date)],
  [1083, asString('time')],
  [1114, asString('timestamp', timestamp)],
  [1184, asString('timestamptz', timestamptz)],
  [1186, asString('interval')],
  [1266, asString('timetz')],
  [1700, asRaw('numeric', finite)],
  [2278, asString('void')],
  [2950, asString('uuid')],
  [3802, asRaw('jsonb', json)],
]

/** OIDs of the arrays of those types. */
const ARRAYS: readonly (readonly [oid: number, element: number])[] = [
  [1000, 16],
  [1001, 17],
  [1002, 18],
  [1003, 19],
  [1016, 20],
  [1005, 21],
  [1007, 23],
  [1009, 25],
  [1028, 26],
  [199, 114],
  [1021, 700],
  [1022, 701],
  [1041, 869],
  [1014, 1042],
  [1015, 1043],
  [1182, 1082],
  [1183, 1083],
  [1115, 1114],
  [1185, 1184],
  [1187, 1186],
  [1231, 1700],
  [2951, 2950],
  [3807, 3802],
]

/** A type of which only its name is known: its cells are strings. */
export function plainType(name: string): ColumnType {
  return asString(name)
}

/** The array type over an element type: JSON text whose elements are typed as the element's cells are. */
export function arrayType(name: string, delimiter: string, element: ColumnType): ColumnType {
  const { decode, encoding } = element
  const elementJson = (text: string): string => {
    const cell = decode === undefined ? text : decode(text)
    return cell === null ? 'null' : encoding === 'raw' ? cell : JSON.stringify(cell)
  }
  return asRaw(name, (text) => arrayJson(text, delimiter, elementJson))
}

/** The types that need no look-up, by OID. */
export function builtInTypes(): Map<number, ColumnType> {
  const types = new Map(SCALARS)
  for (const [oid, elementOid] of ARRAYS) {
    const element = types.get(elementOid)
    if (element !== undefined) types.set(oid, arrayType(`_${element.name}`, ',', element))
  }
  return types
}
