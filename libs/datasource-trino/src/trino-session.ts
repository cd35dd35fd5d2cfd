import { AppError } from '@penstock/errors'
import type { ConnectionSettings } from '@penstock/datasource'
import { expectCatalogName } from './catalog-name.js'
import type { Client, RequestContext } from './client.js'
import { stringLiteral } from './literal.js'
import { QueryError } from './map-error.js'
import { newOutcome, runQuery, type Outcome } from './run-query.js'

// What ends a transaction that nobody waits for any more.
const ROLLBACK_MS_MAX = 2_000

/** The headers of a statement that the server itself ends in time. */
export function sessionHeaders(timeoutMs: number): Record<string, string> {
  const wholeMs = Math.max(1, Math.ceil(timeoutMs)) // a duration of 0 is none that servers take
  return { 'X-Trino-Session': `query_max_run_time=${encodeURIComponent(`${wholeMs}ms`)}` }
}

/** Runs a statement of our own to its end. */
export async function runToEnd(client: Client, text: string, context: RequestContext): Promise<readonly string[][]> {
  const rows: string[][] = []
  for await (const page of runQuery(client, text, context)) for (const row of page.rows()) rows.push([...row])
  return rows
}

/** The context of a read-only transaction that has begun. */
export async function beginReadOnly(client: Client, context: RequestContext): Promise<RequestContext> {
  const outcome = await outcomeOf(client, 'START TRANSACTION READ ONLY', context)
  const id = outcome.startedTransaction
  if (id === undefined) throw new AppError('DATASOURCE_REFUSED', 'the server began no transaction')
  return { ...context, headers: { ...context.headers, 'X-Trino-Transaction-Id': id } }
}

/** Ends a transaction in the background: it has only read, so nobody waits for it. */
export function rollBack(client: Client, context: RequestContext): void {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort('no answer to ROLLBACK'), ROLLBACK_MS_MAX)
  const done = outcomeOf(client, 'ROLLBACK', { ...context, signal: late.signal, repeatable: false })
  client.background(done.finally(() => clearTimeout(timer)))
}

/** Throws DATASOURCE_REFUSED unless the catalog, and the schema when one is named, are there. */
export async function checkCatalog(
  client: Client,
  { database }: Pick<ConnectionSettings, 'database'>,
  context: RequestContext,
): Promise<void> {
  const { catalog, schema } = expectCatalogName(database)
  const where = schema === undefined ? '' : ` WHERE schema_name = ${stringLiteral(schema)}`
  const text = `SELECT schema_name FROM "${catalog}".information_schema.schemata${where} LIMIT 1`
  const found = await runToEnd(client, text, context).catch((error: unknown) => {
    if (!(error instanceof QueryError) || error.body.errorName !== 'CATALOG_NOT_FOUND') throw error
    throw new AppError('DATASOURCE_REFUSED', `the catalog ${catalog} does not exist`, {}, { cause: error })
  })
  if (schema !== undefined && found.length === 0) {
    throw new AppError('DATASOURCE_REFUSED', `the catalog ${catalog} has no schema ${schema}`)
  }
}

async function outcomeOf(client: Client, text: string, context: RequestContext): Promise<Outcome> {
  const outcome = newOutcome()
  for await (const page of runQuery(client, text, context, outcome)) void page
  return outcome
}
