import type { ConnectionSettings, Driver } from '@penstock/datasource'
import { openClient } from './client.js'
import { Context } from './context.js'
import { runStatements } from './run-statements.js'
import { streamStatement } from './stream-statement.js'

/**
 * A Driver for one Trino server, by its HTTP protocol. `database` is `catalog` or `catalog/schema`. Opens nothing yet. Values are literals
 * behind EXECUTE IMMEDIATE … USING. Nothing can be undone there, so a statement that writes stands alone in its call.
 */
export function openTrino(settings: ConnectionSettings): Driver {
  const context = new Context(openClient(settings), settings)
  return {
    query: (statements, options) => runStatements(context, statements, options),
    stream: (statement, options) => streamStatement(context, statement, options),
    close: () => context.close(),
  }
}
