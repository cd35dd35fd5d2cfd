import type { Fault } from '@penstock/errors'

/**
 * Faults of texts that PostgreSQL cannot hold: NUL, which it refuses, and halves of surrogate pairs, which would come back as another
 * character. Told before anything is done with them, under the field that has them.
 */
export function unstorableTexts(value: unknown, field = ''): Fault[] {
  if (typeof value === 'string') return faultOfText(value).map((message) => ({ field: field || 'body', message }))
  if (Array.isArray(value)) return value.flatMap((item, at) => unstorableTexts(item, `${field}[${at}]`))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [
    ...faultOfText(name).map((message) => ({ field: field || 'body', message: `has a member whose name ${message}` })),
    ...unstorableTexts(member, field === '' ? name : `${field}.${name}`),
  ])
}

function faultOfText(text: string): string[] {
  if (text.includes('\u0000')) return ['must not contain the character U+0000']
  return !/\p{Surrogate}/u.test(text) ? [] : ['must be valid Unicode: it holds half of a surrogate pair']
}
