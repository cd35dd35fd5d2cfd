import {
  abortFailure,
  type ConnectionSettings,
  type Inspector,
  type PrepareOutcome,
  type Table,
  type TableColumn,
} from '@penstock/datasource'
import { expectCatalogName } from './catalog-name.js'
import { openClient, type Client, type RequestContext } from './client.js'
import { describeText } from './describe-text.js'
import { textOf } from './json-slices.js'
import { literalOf, stringLiteral } from './literal.js'
import { toAppError } from './map-error.js'
import { checkCatalog, runToEnd, sessionHeaders } from './trino-session.js'

// The control plane asks for names and types: what takes longer than this is no answer to wait for.
const STATEMENT_MS_MAX = 30_000

/** An Inspector for one catalog of a Trino server. It describes texts and reads the catalogue; it never runs what it is given. */
export function openTrinoInspector(settings: ConnectionSettings): Inspector {
  const client = openClient(settings)
  const withRequest = async <T>(signal: AbortSignal, work: (request: RequestContext) => Promise<T>): Promise<T> => {
    try {
      if (signal.aborted) throw abortFailure(signal)
      return await work({ headers: sessionHeaders(STATEMENT_MS_MAX), signal, repeatable: true })
    } catch (error) {
      throw toAppError(error)
    }
  }
  return {
    probe: (signal) =>
      withRequest(signal, async (request) => {
        await checkCatalog(client, settings, request)
        const startedMs = performance.now()
        const [row] = await runToEnd(client, 'SELECT version()', request)
        const latencyMs = performance.now() - startedMs
        return { serverVersion: textOf(row?.[0] ?? '"unknown"'), latencyMs }
      }),
    prepare: (texts, signal) =>
      withRequest(signal, async (request) => {
        await checkCatalog(client, settings, request)
        const outcomes: PrepareOutcome[] = []
        for (const text of texts) outcomes.push(await describeText(client, text, request))
        return outcomes
      }),
    tables: ({ tablesMax, signal }) =>
      withRequest(signal, (request) => listTables(client, settings, tablesMax, request)),
    close: () => client.close(),
  }
}

async function listTables(
  client: Client,
  settings: ConnectionSettings,
  tablesMax: number,
  request: RequestContext,
): Promise<readonly Table[]> {
  await checkCatalog(client, settings, request)
  const { catalog, schema } = expectCatalogName(settings.database)
  const place = `"${catalog}".information_schema`
  const wanted =
    schema === undefined ? `table_schema <> 'information_schema'` : `table_schema = ${stringLiteral(schema)}`
  const text = `
SELECT t.table_schema, t.table_name, t.table_type, c.column_name, c.data_type, c.is_nullable
  FROM (SELECT table_schema, table_name, table_type FROM ${place}.tables WHERE ${wanted}
         ORDER BY table_schema, table_name LIMIT ${literalOf(tablesMax, 'integer')}) t
  LEFT JOIN ${place}.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
 ORDER BY t.table_schema, t.table_name, c.ordinal_position`
  const tables = new Map<string, Table & { readonly columns: TableColumn[] }>()
  for (const row of await runToEnd(client, text, request)) {
    const [schemaName = '', name = '', kind, column = '', type = '', nullable] = row.map((json) =>
      json === 'null' ? undefined : textOf(json),
    )
    const key = JSON.stringify([schemaName, name])
    const table = tables.get(key) ?? {
      schema: schemaName,
      name,
      kind: kind === 'VIEW' ? ('view' as const) : ('table' as const),
      columns: [],
    }
    tables.set(key, table)
    if (column !== '') table.columns.push({ name: column, type, nullable: nullable === 'YES' })
  }
  return [...tables.values()]
}
