import type { Field, Row, StatementResult } from '@penstock/datasource'
import type { Naming } from './naming.js'
import { type RowEncoder, rowEncoder } from './row-encoder.js'

export interface EnvelopeOptions {
  readonly naming: Naming
  /** UTF-8 bytes of `data` after which no row is added; undefined: no cap. */
  readonly bytesMax: number | undefined
}

export interface Envelope {
  /** `{"success":true,"message":null,"data":…}`, with `"truncated":true` where rows were left out. */
  readonly body: string
  readonly truncated: boolean
  /** Rows in the body, over all statements. */
  readonly rowCount: number
}

/** A UTF-16 code unit takes at most three bytes. */
const BYTES_PER_UNIT_MAX = 3

/** The success envelope of what the statements returned. */
export function encodeEnvelope(results: readonly StatementResult[], options: EnvelopeOptions): Envelope {
  const writer = new EnvelopeWriter(options)
  for (const result of results) {
    if (result.kind === 'count') {
      writer.addCount(result.count)
      continue
    }
    writer.beginRows(result.fields)
    writer.addRows(result.rows)
    if (result.truncated) writer.markTruncated()
  }
  return writer.finish()
}

/**
 * Builds an envelope while rows arrive. One statement that returns rows is an array of objects, one that returns none `[count]`, several are
 * an array with one of these for each. Rows beyond the cap are left out whole, and counted rows that fit stay valid JSON.
 */
export class EnvelopeWriter {
  readonly #options: EnvelopeOptions
  /** Texts of the statements that are finished. */
  readonly #statements: string[] = []
  #open: { readonly encode: RowEncoder; readonly text: string } | undefined
  #rowCount = 0
  #truncated = false
  /** An upper bound of the bytes so far; exact once it came near the cap. */
  #bytes = 0
  #exact = false

  constructor(options: EnvelopeOptions) {
    this.#options = options
  }

  /** Opens the next statement, one that returns rows. */
  beginRows(fields: readonly Field[]): void {
    this.#closeRows()
    this.#open = { encode: rowEncoder(fields, this.#options.naming), text: '' }
  }

  /** Adds rows to the open statement. Returns false when the cap is reached: no further row will be taken. */
  addRows(rows: readonly Row[]): boolean {
    const open = this.#open
    if (open === undefined) throw new Error('addRows before beginRows')
    let text = open.text
    for (const row of rows) {
      const encoded = open.encode(row, text === '' ? '' : ',')
      if (this.#exceeds(encoded, text)) {
        this.#truncated = true
        break
      }
      text += encoded
      this.#rowCount++
    }
    this.#open = { encode: open.encode, text }
    return !this.#truncated
  }

  /** Adds a statement that returned no rows. */
  addCount(count: number): void {
    this.#closeRows()
    this.#statements.push(`[${count}]`)
  }

  /** Says that rows were left out before they came here. */
  markTruncated(): void {
    this.#truncated = true
  }

  finish(): Envelope {
    this.#closeRows()
    const [only = '[]'] = this.#statements
    const data = this.#statements.length > 1 ? `[${this.#statements.join(',')}]` : only
    const body = `{"success":true,"message":null,"data":${data}${this.#truncated ? ',"truncated":true' : ''}}`
    return { body, truncated: this.#truncated, rowCount: this.#rowCount }
  }

  #closeRows(): void {
    if (this.#open === undefined) return
    this.#statements.push(`[${this.#open.text}]`)
    this.#open = undefined
  }

  /** Books the row when it fits. Bytes are counted exactly only where three per code unit could be too many. */
  #exceeds(encoded: string, openText: string): boolean {
    const bytesMax = this.#options.bytesMax
    if (bytesMax === undefined) return false
    // Once a row was left out, a later, smaller one must not slip in.
    if (this.#truncated) return true
    if (!this.#exact) {
      const bound = this.#bytes + encoded.length * BYTES_PER_UNIT_MAX
      if (bound <= bytesMax) {
        this.#bytes = bound
        return false
      }
      this.#exact = true
      this.#bytes = [...this.#statements, openText].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    }
    const bytes = this.#bytes + Buffer.byteLength(encoded)
    if (bytes > bytesMax) return true
    this.#bytes = bytes
    return false
  }
}
