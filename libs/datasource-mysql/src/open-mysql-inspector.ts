import {
  abortFailure,
  type ConnectionSettings,
  type Inspector,
  type PrepareOutcome,
  type SessionPool,
  type Table,
  type TableColumn,
} from '@penstock/datasource'
import { columnsOf } from './column-types.js'
import { serverFault, toAppError } from './map-error.js'
import type { MysqlOptions } from './mysql-options.js'
import { BufferedRows } from './rows.js'
import { sessionPool } from './session-pool.js'
import type { Session } from './session.js'

const TABLES = `
SELECT t.table_schema, t.table_name, t.table_type, c.column_name, c.column_type, c.is_nullable
  FROM (SELECT table_schema, table_name, table_type FROM information_schema.tables
         WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
         ORDER BY table_schema, table_name LIMIT ?) t
  LEFT JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
 ORDER BY t.table_schema, t.table_name, c.ordinal_position`

/** An Inspector for one MySQL or MariaDB database. It prepares texts and reads the catalogue; it never runs what it is given. */
export function openMysqlInspector(settings: ConnectionSettings, options: MysqlOptions): Inspector {
  const pool = sessionPool(settings)
  return {
    probe: (signal) => probe(settings, signal),
    prepare: (texts, signal) => withSession(pool, signal, (session) => prepareTexts(session, texts, options)),
    tables: ({ tablesMax, signal }) => withSession(pool, signal, (session) => listTables(session, tablesMax, options)),
    close: () => pool.close(),
  }
}

/** On a connection of its own: a connection that is open already would say nothing about password, TLS and address as they are now. */
async function probe(
  settings: ConnectionSettings,
  signal: AbortSignal,
): Promise<{ serverVersion: string; latencyMs: number }> {
  const startedMs = performance.now()
  const pool = sessionPool({ ...settings, poolSize: 1, closeAfterExecute: true })
  try {
    const serverVersion = await withSession(pool, signal, (session) => Promise.resolve(session.serverVersion))
    return { serverVersion, latencyMs: performance.now() - startedMs }
  } finally {
    await pool.close()
  }
}

async function prepareTexts(
  session: Session,
  texts: readonly string[],
  options: MysqlOptions,
): Promise<PrepareOutcome[]> {
  const outcomes: PrepareOutcome[] = []
  // A read-only session refuses to even prepare a write. Nothing is executed here.
  await session.control('SET SESSION TRANSACTION READ WRITE')
  for (const text of texts) {
    try {
      const columns = await session.describe(text)
      const fields = columns.length === 0 ? null : columnsOf(columns, options).map(({ field }) => field)
      // The server takes each bind with the type that it is sent with, so there are no types to tell.
      outcomes.push({ ok: true, prepared: { paramTypes: [], fields } })
    } catch (error) {
      const fault = serverFault(error)
      if (fault === undefined) throw error
      outcomes.push({ ok: false, fault: { code: fault.sqlState, message: fault.message, position: undefined } })
    }
  }
  await session.control('SET SESSION TRANSACTION READ ONLY')
  return outcomes
}

async function listTables(session: Session, tablesMax: number, options: MysqlOptions): Promise<readonly Table[]> {
  const sink = new BufferedRows({ rowsLeft: Infinity, bytesLeft: Infinity }, options, undefined)
  await session.execute(TABLES, [tablesMax], sink)
  const result = sink.result()
  const tables = new Map<string, Table & { readonly columns: TableColumn[] }>()
  for (const [schema, name, kind, column, type, nullable] of result.kind === 'rows' ? result.rows : []) {
    const key = JSON.stringify([schema, name])
    const table = tables.get(key) ?? {
      schema: schema ?? '',
      name: name ?? '',
      kind: kind === 'VIEW' ? 'view' : 'table',
      columns: [],
    }
    tables.set(key, table)
    if (column !== null && column !== undefined)
      table.columns.push({ name: column, type: type ?? '', nullable: nullable === 'YES' })
  }
  return [...tables.values()]
}

async function withSession<T>(
  pool: SessionPool<Session>,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  try {
    const session = await pool.acquire(signal)
    const abort = (): void => session.abandon(abortFailure(signal))
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await work(session)
    } finally {
      signal.removeEventListener('abort', abort)
      pool.release(session)
    }
  } catch (error) {
    throw toAppError(error)
  }
}
