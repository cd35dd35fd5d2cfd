/**
 * One text for all records that hold the same values, whatever the order of their members, and another for all others: texts say their
 * length, and each kind of value has its letter.
 */
export function canonicalValues(values: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(values)
  if (names.length > 1) names.sort()
  let text = ''
  for (const name of names) text += `${name.length}:${name}=${canonical(values[name])}`
  return text
}

function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`
    case 'number':
      return `n${value};`
    case 'bigint':
      return `i${value};`
    case 'boolean':
      return value ? 't' : 'f'
    default:
      return canonicalObject(value)
  }
}

function canonicalObject(value: unknown): string {
  if (Array.isArray(value)) return `a${value.length}[${value.map(canonical).join('')}]`
  if (typeof value === 'object' && value !== null) {
    const record = { ...value }
    return `o${Object.keys(record).length}{${canonicalValues(record)}}`
  }
  return '0'
}
