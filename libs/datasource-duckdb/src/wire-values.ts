import type { BindValue } from '@penstock/datasource'
import type { WireValue } from './protocol/messages.js'

/** Values on their way to the process. What is not a single value travels as JSON text. */
export function wireValues(values: readonly BindValue[]): WireValue[] {
  return values.map((value) => {
    if (typeof value === 'bigint') return { big: value.toString() }
    if (value === null || typeof value !== 'object') return value
    if (value instanceof Uint8Array)
      return { base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
    return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))
  })
}
