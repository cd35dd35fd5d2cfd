import type { BindOutcome, Dialect } from '../dialect.js'

/** DuckDB: PostgreSQL's words, numbered binds, and lists spread, because only single values take the type of what they are compared with. */
export const duckdb: Dialect = {
  name: 'duckdb',
  lexical: {
    quotes: { "'": { kind: 'string', backslash: false }, '"': { kind: 'identifier', backslash: false } },
    escapePrefixes: ['e'],
    stringsContinue: true,
    dollarQuotes: true,
    nestedComments: true,
    returnEndsComment: true,
    hashComments: false,
    dashCommentNeedsBlank: false,
    executableComments: false,
    handWrittenBind: 'dollar-number or question-mark',
  },
  // Without casts: a text stands for whatever it is compared with, as a literal does, and numbers carry their types.
  bindText: (ordinal) => `$${ordinal}`,
  bindValue,
  bindsMax: 65_535,
  quoteIdentifier: (part) => `"${part.replaceAll('"', '""')}"`,
  identifierBytesMax: 1_000, // names have no bound of their own
  likeSuffix: ` ESCAPE '\\'`,
  lists: 'spread',
  emptyList: () => '(SELECT NULL WHERE FALSE)',
  listMembership: { in: ['IN ', ' '], 'not in': ['NOT IN ', ' '] },
}

function bindValue(value: unknown): BindOutcome {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return { ok: true, value }
    case 'number':
      return Number.isFinite(value) ? { ok: true, value } : { ok: false, message: 'must be a finite number' }
    case 'undefined':
      return { ok: true, value: null }
    case 'object':
      if (value === null || value instanceof Uint8Array) return { ok: true, value }
      if (value instanceof Date) return { ok: true, value: value.toISOString() }
      return { ok: true, value: jsonText(value) }
    default:
      return { ok: false, message: 'is not a value that SQL knows' }
  }
}

/** What is not one value travels as JSON, which DuckDB casts to lists and structs too. */
function jsonText(value: object): string {
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))
}
