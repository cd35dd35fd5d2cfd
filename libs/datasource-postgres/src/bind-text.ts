import type { BindValue } from '@penstock/datasource'
import { AppError } from '@penstock/errors'

// The protocol counts parameters in 16 bits.
const BINDS_MAX = 65_535

/**
 * The text form of each value, as PostgreSQL reads it for the type that it inferred: the same text is a number for int8, a label for an
 * enum, a literal for an array. No value is ever part of a statement's text.
 */
export function bindTexts(values: readonly BindValue[]): (string | null)[] {
  if (values.length > BINDS_MAX) {
    throw new AppError('STATEMENT_REJECTED', `${values.length} binds, PostgreSQL takes ${BINDS_MAX}`)
  }
  return values.map(bindText)
}

function bindText(value: BindValue): string | null {
  if (typeof value === 'string' || value === null) return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (value instanceof Uint8Array) return byteaText(value)
  return arrayText(value)
}

function byteaText(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}

function arrayText(values: readonly BindValue[]): string {
  return `{${values.map(elementText).join(',')}}`
}

function elementText(value: BindValue): string {
  if (value === null) return 'NULL'
  if (Array.isArray(value)) return arrayText(value)
  const text = bindText(value) ?? 'NULL'
  return typeof value === 'string' || value instanceof Uint8Array ? `"${text.replace(/[\\"]/g, '\\$&')}"` : text
}
