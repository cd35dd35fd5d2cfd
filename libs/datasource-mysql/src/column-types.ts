import type { CellEncoding, Field } from '@penstock/datasource'
import type { MysqlOptions } from './mysql-options.js'

/** What the server says of a column. */
export interface ColumnSource {
  readonly name: string
  readonly columnType?: number | undefined
  readonly columnLength?: number | undefined
  readonly flags?: number | string[] | undefined
  readonly characterSet?: number | undefined
  readonly extendedFormat?: string | undefined
}

/** A column, and what makes a cell of mysql2's value; never asked for null. */
export interface Column {
  readonly field: Field
  readonly cell: (value: unknown) => string | null
}

const UNSIGNED = 0x20
const ENUM = 0x100
const SET = 0x800
/** The character set `binary`: bytes, not text. */
const BINARY = 63

const INTEGERS: Readonly<Record<number, string>> = {
  1: 'tinyint',
  2: 'smallint',
  3: 'int',
  8: 'bigint',
  9: 'mediumint',
}
/** Texts and bytes by the type of the protocol. */
const TEXTS: Readonly<Record<number, readonly [text: string, bytes: string]>> = {
  15: ['varchar', 'varbinary'],
  249: ['text', 'blob'],
  250: ['text', 'blob'],
  251: ['text', 'blob'],
  252: ['text', 'blob'],
  253: ['varchar', 'varbinary'],
  254: ['char', 'binary'],
}

/** The columns of a result by the types of the protocol: https://mariadb.com/kb/en/result-set-packets/#field-types */
export function columnsOf(sources: readonly ColumnSource[], options: MysqlOptions): readonly Column[] {
  return sources.map((source) => columnOf(source, options))
}

function columnOf(source: ColumnSource, { coerceTinyintBool }: MysqlOptions): Column {
  const { columnType = 253, columnLength, characterSet } = source
  const flags = typeof source.flags === 'number' ? source.flags : 0
  const make = (type: string, encoding: CellEncoding, cell: Column['cell']): Column => ({
    field: { name: source.name, type, encoding },
    cell,
  })
  if (source.extendedFormat === 'json') return make('json', 'raw', jsonText)
  const integer = INTEGERS[columnType]
  if (integer !== undefined) {
    if (columnType === 1 && columnLength === 1 && coerceTinyintBool) return make('boolean', 'raw', booleanText)
    return make((flags & UNSIGNED) === 0 ? integer : `${integer} unsigned`, 'raw', String)
  }
  switch (columnType) {
    case 0:
    case 246:
      return make('decimal', 'raw', String)
    case 4:
      return make('float', 'raw', floatText)
    case 5:
      return make('double', 'raw', doubleText)
    case 7:
      return make('timestamp', 'string', (value) => instantText(value, 'Z'))
    case 10:
    case 14:
      return make('date', 'string', (value) => instantText(value, ''))
    case 11:
      return make('time', 'string', String)
    case 12:
      return make('datetime', 'string', (value) => instantText(value, ''))
    case 13:
      return make('year', 'raw', String)
    case 16:
      return make('bit', 'raw', bitText)
    case 245:
      return make('json', 'raw', jsonText)
    case 242:
      return make('vector', 'raw', (value) => JSON.stringify(value))
    case 255:
      return make('geometry', 'raw', (value) => JSON.stringify(value))
  }
  const [text, bytes] = TEXTS[columnType] ?? ['text', 'blob']
  const type = (flags & ENUM) !== 0 ? 'enum' : (flags & SET) !== 0 ? 'set' : characterSet === BINARY ? bytes : text
  return make(type, 'string', (value) => (Buffer.isBuffer(value) ? value.toString('base64') : String(value)))
}

const booleanText = (value: unknown): string => (Number(value) === 0 ? 'false' : 'true')
const doubleText = (value: unknown): string | null => (Number.isFinite(value) ? String(value) : null)
// Line breaks in JSON are white space, inside its strings they are escaped; without them a row stays one line of NDJSON.
const jsonText = (value: unknown): string => String(value).replace(/[\r\n]/g, ' ')

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

/** `2026-01-02 03:04:05.1` → `2026-01-02T03:04:05.1`; the zero date, which no calendar has, is null. */
function instantText(value: unknown, zone: string): string | null {
  const text = String(value)
  return text.startsWith('0000-00-00') ? null : text.replace(' ', 'T') + zone
}

function bitText(value: unknown): string {
  return Buffer.isBuffer(value) && value.length > 0 ? BigInt(`0x${value.toString('hex')}`).toString() : '0'
}
