import type { Client, RequestContext } from './client.js'
import type { Reply } from './exchange.js'
import { QueryError } from './map-error.js'
import { readPage, type Page } from './page.js'

/** What a statement came to; filled while it runs. */
export interface Outcome {
  /** Set when it changed something instead of returning rows: `INSERT`, `CREATE TABLE`, … */
  updateType: string | undefined
  updateCount: number
  /** Set by START TRANSACTION. */
  startedTransaction: string | undefined
}

export const newOutcome = (): Outcome => ({ updateType: undefined, updateCount: 0, startedTransaction: undefined })

/**
 * Hands in one statement and yields the parts of its result as they come, none before it is asked for. Whoever stops early, or aborts, ends
 * the statement on the server. Throws QueryError when the server refuses it.
 */
export async function* runQuery(
  client: Client,
  text: string,
  context: RequestContext,
  outcome: Outcome = newOutcome(),
): AsyncGenerator<Page, void> {
  let reply: Reply = await client.submit(text, context)
  let nextUri: string | undefined
  try {
    for (;;) {
      const page = readPage(reply.body)
      nextUri = page.nextUri
      outcome.updateType ??= page.updateType
      outcome.updateCount = page.updateCount ?? outcome.updateCount
      const started = reply.headers['x-trino-started-transaction-id']
      if (typeof started === 'string') outcome.startedTransaction = started
      if (page.error !== undefined) throw new QueryError(page.error)
      if (page.columns !== undefined) yield page
      if (nextUri === undefined) return
      reply = await client.follow(nextUri, context)
    }
  } finally {
    if (nextUri !== undefined) client.cancel(nextUri)
  }
}
