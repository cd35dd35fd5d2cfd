import { mysqlKeyBind } from './key-bind.js'

/** Where NULL stands in an order: where the server puts it by itself, so that an index serves the order. */
type NullPlace = 'first' | 'last'

/** What pages have to know of one SQL dialect. */
export interface PagingDialect {
  readonly quote: (name: string) => string
  /** The text of the n-th bind of a statement, counted from 1. */
  readonly bindText: (ordinal: number) => string
  /** The type that gives the exact text of a value. */
  readonly textType: string
  readonly nulls: Readonly<Record<'asc' | 'desc', NullPlace>>
  /**
   * Rows whose first key is NULL are read by a statement of their own: `key > x OR key IS NULL` keeps a server from beginning in its index where
   * the page begins, even when the column has no NULL.
   */
  readonly nullsApart: boolean
  /** How a key's text is bound for being compared with its column of this type. Throws KeyUnusable. */
  readonly keyBind: (type: string, key: string, bind: (value: string) => string) => string
}

const doubled = (quote: string) => (name: string) => `${quote}${name.replaceAll(quote, quote + quote)}${quote}`

const postgres: PagingDialect = {
  quote: doubled('"'),
  bindText: (ordinal) => `$${ordinal}`,
  textType: 'text',
  nulls: { asc: 'last', desc: 'first' },
  nullsApart: true,
  // The server takes the type from the column.
  keyBind: (_type, key, bind) => bind(key),
}

const mysql: PagingDialect = {
  quote: doubled('`'),
  bindText: () => '?',
  textType: 'CHAR',
  nulls: { asc: 'first', desc: 'last' },
  // Types of columns do not survive a UNION there.
  nullsApart: false,
  keyBind: mysqlKeyBind,
}

const duckdb: PagingDialect = {
  quote: doubled('"'),
  bindText: (ordinal) => `$${ordinal}`,
  textType: 'VARCHAR',
  nulls: { asc: 'last', desc: 'last' },
  // There is no index to begin in.
  nullsApart: false,
  // A bound text counts as what it is compared with, as a literal does.
  keyBind: (_type, key, bind) => bind(key),
}

const DIALECTS: Readonly<Record<string, PagingDialect>> = { postgres, mysql, duckdb }

/** Undefined: there is no paging for this dialect. */
export function pagingDialect(name: string): PagingDialect | undefined {
  return Object.hasOwn(DIALECTS, name) ? DIALECTS[name] : undefined
}
