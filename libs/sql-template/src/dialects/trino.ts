import type { BindOutcome, Dialect } from '../dialect.js'

/** Trino: `"` quotes names, nothing escapes in strings, binds are `?` of EXECUTE … USING, whose literals the driver writes. */
export const trino: Dialect = {
  name: 'trino',
  lexical: {
    quotes: {
      "'": { kind: 'string', backslash: false },
      '"': { kind: 'identifier', backslash: false },
      // The server's lexer reads it as a name and its parser refuses it.
      '`': { kind: 'identifier', backslash: false },
    },
    escapePrefixes: [],
    stringsContinue: false,
    dollarQuotes: true, // bodies of functions in another language
    nestedComments: false,
    returnEndsComment: true,
    hashComments: false,
    dashCommentNeedsBlank: false,
    executableComments: false,
    handWrittenBind: 'question-mark',
  },
  // Without casts: the literal that stands for the bind has the declared type.
  bindText: () => '?',
  bindValue,
  bindsMax: 10_000, // each is a literal of a text that servers limit to 1,000,000 characters
  quoteIdentifier: (part) => `"${part.replaceAll('"', '""')}"`,
  identifierBytesMax: 255,
  likeSuffix: ` ESCAPE '\\'`, // without it nothing escapes
  lists: 'spread',
  emptyList: (type) => `(SELECT ${EMPTY_OF[type ?? ''] ?? 'NULL'} WHERE FALSE)`,
  listMembership: { in: ['IN ', ' '], 'not in': ['NOT IN ', ' '] },
}

/** Half of a surrogate pair: no encoding of Unicode can send it. */
const HALF = /\p{Surrogate}/u

/** A null of the declared type: what a list of values would be compared as. */
const EMPTY_OF: Readonly<Record<string, string>> = {
  string: 'CAST(NULL AS varchar)',
  integer: 'CAST(NULL AS bigint)',
  boolean: 'CAST(NULL AS boolean)',
  date: 'CAST(NULL AS date)',
  uuid: 'CAST(NULL AS uuid)',
}

function bindValue(value: unknown): BindOutcome {
  switch (typeof value) {
    case 'string':
      return HALF.test(value) ? { ok: false, message: 'must not contain half of a character' } : { ok: true, value }
    case 'number':
      return Number.isFinite(value) ? { ok: true, value } : { ok: false, message: 'must be a finite number' }
    case 'boolean':
    case 'bigint':
      return { ok: true, value }
    case 'undefined':
      return { ok: true, value: null }
    case 'object':
      return bindObject(value)
    default:
      return { ok: false, message: 'is not a value that SQL knows' }
  }
}

function bindObject(value: object | null): BindOutcome {
  if (value === null || value instanceof Uint8Array) return { ok: true, value }
  if (value instanceof Date) return { ok: true, value: value.toISOString() }
  if (!Array.isArray(value)) {
    return bindValue(
      JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member)),
    )
  }
  const items: unknown[] = []
  for (const item of value) {
    const outcome = bindValue(item)
    if (!outcome.ok) return outcome
    items.push(outcome.value)
  }
  return { ok: true, value: items }
}
