import type { Dialect } from './dialect.js'

/** A name that a request may bring: plain ASCII words, parts of a qualified name joined by points. */
export const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*){0,3}$/

/** A name as SQL text, each part quoted; undefined when it is not a name, or a part is longer than the dialect keeps. */
export function quoteName(name: string, dialect: Dialect): string | undefined {
  if (!IDENTIFIER.test(name)) return undefined
  const parts = name.split('.')
  if (parts.some((part) => part.length > dialect.identifierBytesMax)) return undefined
  return parts.map(dialect.quoteIdentifier).join('.')
}
