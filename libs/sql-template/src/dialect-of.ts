import type { Dialect, DialectName } from './dialect.js'
import { duckdb } from './dialects/duckdb.js'
import { mysql } from './dialects/mysql.js'
import { postgres } from './dialects/postgres.js'
import { trino } from './dialects/trino.js'

const DIALECTS: Readonly<Record<DialectName, Dialect>> = { postgres, mysql, trino, duckdb }

/** The rules of a dialect by its name. */
export function dialectOf(name: DialectName): Dialect {
  return DIALECTS[name]
}

/** Whether a name from outside is a dialect that this build knows. */
export function isDialectName(name: unknown): name is DialectName {
  return typeof name === 'string' && Object.hasOwn(DIALECTS, name)
}
