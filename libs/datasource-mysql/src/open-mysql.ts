import type { ConnectionSettings, Driver } from '@penstock/datasource'
import { beginTransaction } from './begin-transaction.js'
import type { Context } from './context.js'
import type { MysqlOptions } from './mysql-options.js'
import { runStatements } from './run-statements.js'
import { sessionPool } from './session-pool.js'
import { streamStatement } from './stream-statement.js'

/**
 * A Driver for one MySQL or MariaDB database. Connects with the first call. Every session is read-only by default, and pinned to one
 * sql_mode, to UTC and to utf8mb4. Values travel apart from the text, in the server's own prepared statements.
 */
export function openMysql(settings: ConnectionSettings, options: MysqlOptions): Driver {
  const context: Context = { pool: sessionPool(settings), options }
  return {
    query: (statements, run) => runStatements(context, statements, run),
    stream: (statement, run) => streamStatement(context, statement, run),
    begin: (options) => beginTransaction(context, options),
    close: () => context.pool.close(),
  }
}
