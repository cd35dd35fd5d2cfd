import pg from 'pg'
import { freshDatabase, tcpProxy, type TcpProxy } from '@penstock/testing'
import type { AdminClient } from '../../harness/admin-client.js'
import type { Flights } from '../../harness/flights.js'

/** A database of callers' data behind a network that can be broken, known to admin as a data source. */
export interface ExternalDatabase extends Flights {
  readonly name: string
  readonly network: TcpProxy
  /** Statements that run there for gateways now, and sessions that stand in a transaction: what may not be left over. */
  activity(): Promise<{ readonly running: number; readonly inTransaction: number; readonly sessions: number }>
  /** How many statements run whose text holds this. */
  running(text: string): Promise<number>
}

/** One API's statement with the times at which it ran by the data source's clock, and how long it takes. */
export const TIMED = `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS began,
  pg_sleep({{ seconds | sql_float }})::text AS slept,
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS ended`
export const TIMED_PARAMS = [{ name: 'seconds', location: 'query', data_type: 'number', default_value: '0' }]

export async function externalDatabase(
  admin: AdminClient,
  { options = {}, serverUrl }: { options?: Record<string, unknown>; serverUrl?: string } = {},
): Promise<ExternalDatabase> {
  const database = await freshDatabase(serverUrl)
  const url = new URL(database.url)
  const network = await tcpProxy({ host: url.hostname, port: Number(url.port) })
  const watcher = new pg.Client({ connectionString: database.url, application_name: 'watcher' })
  watcher.on('error', () => undefined)
  await watcher.connect()
  const name = `external ${url.pathname.slice(1)}`
  const datasource = await admin.create('datasources', {
    name,
    product_type: 'postgres',
    host: '127.0.0.1',
    port: network.port,
    database: url.pathname.slice(1),
    username: url.username,
    password: url.password,
    ssl: { mode: 'disable' },
    options,
  })
  const module = await admin.create('modules', { name })
  return {
    name,
    network,
    datasourceId: datasource.id,
    moduleId: module.id,
    async activity() {
      const { rows } = await watcher.query(`
        SELECT count(*) FILTER (WHERE state = 'active')::int AS running,
               count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS "inTransaction",
               count(*)::int AS sessions
        FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'penstock'`)
      return rows[0]
    },
    async running(text) {
      const { rows } = await watcher.query(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'penstock' AND state = 'active'
           AND position($1 IN query) > 0`,
        [text],
      )
      return rows[0].n
    },
    async drop() {
      await watcher.end()
      await network.close()
      await database.drop()
    },
  }
}
