import type { z } from 'zod'

const A: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  date: 'a date',
}

/** What is expected of a field, in the words of the API's users; undefined leaves it to the schema's own words. */
export function faultWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${A[issue.expected] ?? issue.expected}`
    case 'invalid_value': {
      const words = issue.values.map((value) => String(value)).join(', ')
      return issue.values.length === 1 ? `must be ${words}` : `must be one of ${words}`
    }
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)
    case 'invalid_format':
      return issue.format === 'regex' ? undefined : `must be a valid ${issue.format}`
    default:
      return undefined
  }
}

function bound(origin: string, comparison: string, limit: number | bigint): string {
  if (origin === 'string') return `must have ${comparison} ${counted(limit, 'character')}`
  if (origin === 'array' || origin === 'set') return `must have ${comparison} ${counted(limit, 'item')}`
  return `must be ${comparison} ${limit}`
}

function counted(limit: number | bigint, thing: string): string {
  return `${limit} ${thing}${Number(limit) === 1 ? '' : 's'}`
}
