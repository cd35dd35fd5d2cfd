import type { RunOptions, Statement } from '@penstock/datasource'
import type { RequestContext } from './client.js'
import type { Context } from './context.js'
import type { Page } from './page.js'
import { runQuery, type Outcome } from './run-query.js'
import { statementText } from './statement-text.js'
import { beginReadOnly, rollBack, sessionHeaders } from './trino-session.js'

/** One statement of a call. */
export interface OneRun {
  readonly context: Context
  readonly statement: Statement
  readonly options: Pick<RunOptions, 'mode' | 'timeoutMs'>
  readonly signal: AbortSignal
  readonly outcome: Outcome
}

/**
 * Yields the parts of one statement's result. A query that publishing proved needs no transaction, and a write commits by itself; any other
 * read is in a transaction in which the server refuses to write.
 */
export async function* runOne({ context, statement, options, signal, outcome }: OneRun): AsyncGenerator<Page, void> {
  const { client } = context
  const text = statementText(statement)
  const reads = options.mode === 'read' || statement.clean
  const request: RequestContext = { headers: sessionHeaders(options.timeoutMs), signal, repeatable: reads }
  await context.verify({ ...request, repeatable: true })
  if (statement.clean || !reads) {
    yield* runQuery(client, text, request, outcome)
    return
  }
  const inTransaction = await beginReadOnly(client, request)
  try {
    yield* runQuery(client, text, inTransaction, outcome)
  } finally {
    rollBack(client, inTransaction)
  }
}
