import type { BindOutcome, Dialect } from '../dialect.js'

const NUL = '\0'
const NUL_REFUSED: BindOutcome = { ok: false, message: 'must not contain the character U+0000' }

/** PostgreSQL: numbered binds, arrays as one bind, standard_conforming_strings on. */
export const postgres: Dialect = {
  name: 'postgres',
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
    handWrittenBind: 'dollar-number',
  },
  bindText: (ordinal, cast) => (cast === undefined ? `$${ordinal}` : `$${ordinal}::${cast}`),
  bindValue,
  bindsMax: 65_535, // the protocol counts binds in 16 bits
  quoteIdentifier: (part) => `"${part.replaceAll('"', '""')}"`,
  identifierBytesMax: 63,
  likeSuffix: '',
  lists: 'one bind',
  emptyList: () => '',
  // One bind for lists of every length: an empty array matches nothing, and `<> ALL` of it matches everything.
  listMembership: { in: ['= ANY(', ')'], 'not in': ['<> ALL(', ')'] },
}

function bindValue(value: unknown): BindOutcome {
  switch (typeof value) {
    case 'string':
      return value.includes(NUL) ? NUL_REFUSED : { ok: true, value }
    case 'number':
      return Number.isFinite(value) ? { ok: true, value } : { ok: false, message: 'must be a finite number' }
    case 'boolean':
      return { ok: true, value }
    case 'bigint':
      return { ok: true, value: value.toString() }
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
  if (!Array.isArray(value)) return bindJson(value)
  const items: unknown[] = []
  for (const item of value) {
    const outcome = bindValue(item)
    if (!outcome.ok) return outcome
    items.push(outcome.value)
  }
  return { ok: true, value: items }
}

function bindJson(value: object): BindOutcome {
  const text = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' ? member.toString() : member,
  )
  return text.includes('\\u0000') ? NUL_REFUSED : { ok: true, value: text }
}
