import type { Field, Row } from '@penstock/datasource'
import type { Naming } from './naming.js'
import { rowEncoder } from './row-encoder.js'

const LINE_BREAKS = /[\r\n]/g

/** Writes rows as NDJSON: the same objects as in an envelope, one in each line. */
export function ndjsonEncoder(fields: readonly Field[], naming: Naming): (rows: readonly Row[]) => string {
  const encode = rowEncoder(fields, naming)
  return (rows) => {
    let lines = ''
    for (const row of rows) {
      const line = encode(row)
      // Strings are escaped already: a line break can only be white space of a json document, which the database keeps as it was written.
      lines += (line.includes('\n') || line.includes('\r') ? line.replace(LINE_BREAKS, ' ') : line) + '\n'
    }
    return lines
  }
}
