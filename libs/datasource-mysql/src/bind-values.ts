import type { BindValue } from '@penstock/datasource'

/** A value as mysql2 sends it in a prepared statement. */
export type WireValue = null | boolean | number | string | Buffer

/**
 * Whole numbers go as their digits, which the server reads for the type that it needs, LIMIT among them; as DOUBLE they would lose digits
 * and LIMIT refuses them. Lists go as JSON: there are no arrays, and mysql2 would send them as a type that MariaDB does not take.
 */
export function bindValues(values: readonly BindValue[]): WireValue[] {
  return values.map((value) => {
    if (typeof value === 'bigint') return value.toString()
    if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : value
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))
  })
}
