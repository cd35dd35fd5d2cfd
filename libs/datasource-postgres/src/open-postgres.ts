import type { ConnectionSettings, GroupReader } from '@penstock/datasource'
import { beginTransaction } from './begin-transaction.js'
import type { Context } from './context.js'
import { readTogether } from './read-together.js'
import { runStatements } from './run-statements.js'
import { sessionPool } from './session-pool.js'
import { ShortReads } from './short-reads.js'
import { streamStatement } from './stream-statement.js'
import { TypeCatalog } from './type-catalog.js'

/**
 * A Driver for one PostgreSQL database. Connects with the first call. Every session is read-only by default and pinned to one text form of
 * values, so a cell reads the same whatever the role or the database is set to.
 */
export function openPostgres(settings: ConnectionSettings): GroupReader {
  const context: Context = {
    settings,
    pool: sessionPool(settings),
    types: new TypeCatalog(),
    capped: new Set(),
    shortReads: new ShortReads(),
  }
  return {
    query: (statements, options) => runStatements(context, statements, options),
    stream: (statement, options) => streamStatement(context, statement, options),
    // Behind a transaction pooler every read needs its own transaction.
    mayGroup: ({ text, clean }) => clean && !settings.transactionPooler && context.shortReads.has(text),
    readTogether: (reads, options) => readTogether(context, reads, options),
    begin: (options) => beginTransaction(context, options),
    close: () => context.pool.close(),
  }
}
