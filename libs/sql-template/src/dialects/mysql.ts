import type { BindOutcome, Dialect } from '../dialect.js'

/** MySQL and MariaDB with the sql_mode that the driver pins: `"` quotes strings, backslash escapes, binds are `?`. */
export const mysql: Dialect = {
  name: 'mysql',
  lexical: {
    quotes: {
      "'": { kind: 'string', backslash: true },
      '"': { kind: 'string', backslash: true },
      '`': { kind: 'identifier', backslash: false },
    },
    escapePrefixes: [],
    stringsContinue: true,
    dollarQuotes: false,
    nestedComments: false,
    returnEndsComment: false,
    hashComments: true,
    dashCommentNeedsBlank: true,
    executableComments: true,
    handWrittenBind: 'question-mark',
  },
  // Without casts: the server takes each bind with the type that it is sent with.
  bindText: () => '?',
  bindValue,
  bindsMax: 65_535, // the protocol counts binds in 16 bits
  quoteIdentifier: (part) => `\`${part.replaceAll('`', '``')}\``,
  identifierBytesMax: 64,
  likeSuffix: '',
  lists: 'spread',
  emptyList: () => '(SELECT NULL FROM DUAL WHERE FALSE)',
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
      // A bare Z is not a zone that every server reads; sessions run in UTC.
      if (value instanceof Date) return { ok: true, value: value.toISOString().slice(0, -1).replace('T', ' ') }
      return { ok: true, value: jsonText(value) }
    default:
      return { ok: false, message: 'is not a value that SQL knows' }
  }
}

/** There are no arrays: what is not one value travels as JSON. */
function jsonText(value: object): string {
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))
}
