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
  if (text === '') return query
  const pairs = text.split('&', QUERY_PAIRS_MAX + 1)
  if (pairs.length > QUERY_PAIRS_MAX) return undefined
  try {
    for (const pair of pairs) {
      if (pair !== '') addPair(query, pair)
    }
  } catch {
    return undefined
  }
  return query
}

function addPair(query: Record<string, string | string[]>, pair: string): void {
  const equals = pair.indexOf('=')
  const name = decoded(equals === -1 ? pair : pair.slice(0, equals))
  const value = equals === -1 ? '' : decoded(pair.slice(equals + 1))
  const before = query[name]
  if (before === undefined) query[name] = value
  else if (typeof before === 'string') query[name] = [before, value]
  else before.push(value)
}

/** Most texts have nothing to decode; looking is ten times cheaper than decoding. */
function decoded(text: string): string {
  const plain = text.includes('+') ? text.replaceAll('+', ' ') : text
  return plain.includes('%') ? decodeURIComponent(plain) : plain
}
