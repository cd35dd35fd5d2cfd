import type { CellEncoding, Field } from '@penstock/datasource'
import { elementsOf, membersOf, textOf } from './json-slices.js'
import { parseSignature, type TypeSignature } from './type-signature.js'
import { zonedText } from './zoned-text.js'

/** What the server says of a column. */
export interface ColumnSource {
  readonly name: string
  readonly type: string
  readonly typeSignature?: unknown
}

/** A column, and what makes a cell of the JSON that stands in a row; never asked for null. */
export interface Column {
  readonly field: Field
  readonly cell: (json: string) => string | null
}

/** Types whose JSON is a bare value. */
const BARE = new Set(['boolean', 'tinyint', 'smallint', 'integer', 'bigint', 'decimal', 'real', 'double'])
const NESTED = new Set(['array', 'map', 'row'])

/** The columns of a result by the types of the protocol: https://trino.io/docs/current/language/types.html */
export function columnsOf(sources: readonly ColumnSource[]): readonly Column[] {
  return sources.map(({ name, type, typeSignature }) => {
    const signature = parseSignature(typeSignature, type)
    return { field: { name, type, encoding: encodingOf(signature) }, cell: cellOf(signature) }
  })
}

function encodingOf({ rawType }: TypeSignature): CellEncoding {
  return BARE.has(rawType) || NESTED.has(rawType) || rawType === 'json' ? 'raw' : 'string'
}

function cellOf(signature: TypeSignature): Column['cell'] {
  const { rawType } = signature
  if (NESTED.has(rawType)) return (json) => nestedJson(json, signature)
  if (BARE.has(rawType)) return bareText
  switch (rawType) {
    case 'json':
      return (json) => oneLine(textOf(json))
    case 'timestamp':
      return (json) => textOf(json).replace(' ', 'T')
    case 'timestamp with time zone':
      return (json) => zonedText(textOf(json))
    default:
      return textOf
  }
}

/** Decimals come as strings, and so do NaN and the infinities, which JSON has no numbers for. */
function bareText(json: string): string | null {
  const text = textOf(json)
  return text === 'NaN' || text === 'Infinity' || text === '-Infinity' ? null : text
}

// Line breaks in JSON are white space, inside its strings they are escaped; without them a row stays one line of NDJSON.
const oneLine = (text: string): string => text.replace(/[\r\n]/g, ' ')

/** Arrays stay arrays and maps objects; a row, which comes as a list, becomes an object when its fields have names. */
function nestedJson(json: string, { rawType, arguments: args }: TypeSignature): string {
  const whole = { start: 0, end: json.length }
  if (rawType === 'map') {
    const type = args[1]?.type
    const members = [...membersOf(json, whole)].map(
      ([name, { start, end }]) => `${JSON.stringify(name)}:${memberJson(json.slice(start, end), type)}`,
    )
    return `{${members.join(',')}}`
  }
  const elements = [...elementsOf(json, whole)].map(({ start, end }, index) =>
    memberJson(json.slice(start, end), args[rawType === 'row' ? index : 0]?.type),
  )
  if (rawType === 'array' || args.some(({ name }) => name === undefined)) return `[${elements.join(',')}]`
  return `{${elements.map((element, index) => `${JSON.stringify(args[index]?.name ?? '')}:${element}`).join(',')}}`
}

function memberJson(json: string, type: TypeSignature | undefined): string {
  if (json === 'null' || type === undefined) return json
  const cell = cellOf(type)(json)
  return cell === null ? 'null' : encodingOf(type) === 'raw' ? cell : JSON.stringify(cell)
}
