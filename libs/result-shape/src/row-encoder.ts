import { type Field, type Row } from '@penstock/datasource'
import { camelKeysOfJson, keyIn, type Naming } from './naming.js'

/** Writes one row as the text of a JSON object. */
export type RowEncoder = (row: Row) => string

interface Column {
  readonly index: number
  /** What stands before the cell: `{"id":` for the first column, `,"name":` for the others. */
  readonly prefix: string
  readonly quoted: boolean
  /** A JSON document whose own keys are to be renamed. */
  readonly renamed: boolean
}

/** Characters that JSON text must escape, and half surrogates, which UTF-8 cannot carry. */
const NEEDS_ESCAPE = /[\u0000-\u001f"\\\ud800-\udfff]/
/** Up to here looking at each character is faster than a regular expression. */
const SHORT_LENGTH = 24

/**
 * Builds the encoder of a field list; do it once per list. Of columns with equal names (after naming) the last wins and stands at the place
 * of the first, as when members of an object are assigned in order. In camel naming the keys inside of JSON columns are renamed, too.
 */
export function rowEncoder(fields: readonly Field[], naming: Naming): RowEncoder {
  const columns = columnsOf(fields, naming)
  if (columns.length === 0) return () => '{}'
  return (row) => {
    let text = ''
    for (const { prefix, index, quoted, renamed } of columns) {
      const cell = row[index]
      if (cell === null || cell === undefined) text += prefix + 'null'
      else if (quoted) text += prefix + quote(cell)
      else text += prefix + (renamed ? camelKeysOfJson(cell) : cell)
    }
    return text + '}'
  }
}

/** A text as a JSON string. */
export function quote(text: string): string {
  if (text.length > SHORT_LENGTH) return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) return JSON.stringify(text)
  }
  return `"${text}"`
}

function columnsOf(fields: readonly Field[], naming: Naming): Column[] {
  const lastOf = new Map<string, number>()
  // A Map keeps the place of the first `set` of a key.
  fields.forEach((field, index) => lastOf.set(keyIn(naming, field.name), index))
  return [...lastOf].map(([key, index], at) => ({
    index,
    prefix: `${at === 0 ? '{' : ','}${JSON.stringify(key)}:`,
    quoted: fields[index]?.encoding === 'string',
    renamed: naming === 'camel' && /^jsonb?(\[\])?$|^_jsonb?$/.test(fields[index]?.type ?? ''),
  }))
}
