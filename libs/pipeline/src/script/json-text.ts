/** JSON text of values as scripts take them: whole numbers beyond 2^53 are strings, so that no digit is lost. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, exact) ?? 'null'
}

function exact(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}
