import { bareRecord } from './param-value.js'

/** More pairs than a query of 16 KB has in earnest. */
export const QUERY_PAIRS_MAX = 1000

export type Query = Readonly<Record<string, string | readonly string[]>>

/**
 * Parses a query string or a form body: names decoded, `+` is a blank, a repeated name becomes a list in the order of its values. The
 * result has no prototype. Undefined when an escape is malformed or no UTF-8, or there are more than QUERY_PAIRS_MAX pairs.
 */
export function parseQuery(text: string): Query | undefined {
  const query = bareRecord<string | string[]>()
  // Most texts have nothing to decode, and looking once is far cheaper than asking for each part.
  const decode = text.includes('%') || text.includes('+') ? decoded : asIs
  let pairs = 0
  let equals = -1
  try {
    for (let start = 0; start < text.length;) {
      const end = indexOrEnd(text, '&', start)
      if (end > start) {
        if (++pairs > QUERY_PAIRS_MAX) return undefined
        // Looked for only when it was passed: a long text without any would be searched to its end for each pair.
        if (equals < start) equals = indexOrEnd(text, '=', start)
        const split = Math.min(equals, end)
        add(query, decode(text.slice(start, split)), split === end ? '' : decode(text.slice(split + 1, end)))
      }
      start = end + 1
    }
  } catch {
    return undefined
  }
  return query
}

function add(query: Record<string, string | string[]>, name: string, value: string): void {
  const before = query[name]
  if (before === undefined) query[name] = value
  else if (typeof before === 'string') query[name] = [before, value]
  else before.push(value)
}

function indexOrEnd(text: string, sign: string, start: number): number {
  const found = text.indexOf(sign, start)
  return found === -1 ? text.length : found
}

function decoded(part: string): string {
  const plain = part.includes('+') ? part.replaceAll('+', ' ') : part
  return plain.includes('%') ? decodeURIComponent(plain) : plain
}

function asIs(part: string): string {
  return part
}
