import type { BindValue, Statement } from '@penstock/datasource'
import { nameBinds, type DialectName } from '@penstock/sql-template'
import { z } from 'zod'
import { Misuse } from './misuse.js'

const SQL_CHARACTERS_MAX = 262_144

/** What `db.query`, `db.queryOne` and `db.execute` send. */
export const statementArgs = z.strictObject({
  /** Null: the API's own data source. */
  source: z.string().nullable(),
  sql: z.string().max(SQL_CHARACTERS_MAX),
  binds: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]),
})
export type StatementArgs = z.output<typeof statementArgs>

/**
 * The statement of a script: values are bound, whatever form its binds have. A list goes to the text's own placeholders, an object to its
 * `:names`.
 */
export function scriptStatement({ sql, binds }: StatementArgs, dialect: DialectName): Statement {
  if (Array.isArray(binds)) return { text: sql, values: binds.map(bindValue), clean: false }
  const named = nameBinds(sql, dialect)
  if (named === undefined) {
    if (Object.keys(binds).length === 0) return { text: sql, values: [], clean: false }
    throw new Misuse('the statement has placeholders of its own, which take a list of binds; an object goes to :names')
  }
  const values = named.names.map((name) => {
    if (!Object.hasOwn(binds, name)) throw new Misuse(`the statement names :${name}, but the binds have no ${name}`)
    return bindValue(binds[name])
  })
  return { text: named.text, values, clean: false }
}

/** Objects are bound as JSON text, lists as one array value where the dialect has them. */
function bindValue(value: unknown): BindValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return Array.isArray(value) ? value.map(bindValue) : JSON.stringify(value)
}
