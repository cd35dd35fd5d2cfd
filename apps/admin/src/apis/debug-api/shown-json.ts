/** A value that JSON can hold: what it cannot, people see as text. Digits of big integers are kept. */
export function shownJson(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(shownJson)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shownJson(member)]))
  }
  return value
}
