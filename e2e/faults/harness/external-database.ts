import pg from 'pg'
import { freshDatabase, tcpProxy, type TcpProxy } from '@penstock/testing'
import type { AdminClient } from '../../harness/admin-client.js'
import type { Flights } from '../../harness/flights.js'

/** A database of callers' data behind a network that can be broken, known to admin as a data source. */
export interface ExternalDatabase extends Flights {
  readonly name: string
  readonly network: TcpProxy
  /** Statements that run there for gateways now, and sessions that stand in a transaction: what may not be left over. */
  activity(): Promise<Activity>
  /** How many statements run whose text holds this. */
  running(text: string): Promise<number>
  /** Ends every session of gateways, as a restart does; returns how many there were. */
  terminate(): Promise<number>
}

export interface Activity {
  readonly running: number
  readonly inTransaction: number
  readonly sessions: number
}

/** One API's statement with the times at which it ran by the data source's clock, and how long it takes. */
export const TIMED = `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS began,
  pg_sleep({{ seconds | sql_float }})::text AS slept,
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS ended`
export const TIMED_PARAMS = [{ name: 'seconds', location: 'query', data_type: 'number', default_value: '0' }]

const OURS = `datname = current_database() AND application_name = 'penstock'`

/** A fresh database on the run's server, or on `serverUrl`, with `options` for its data source. */
export async function externalDatabase(
  admin: AdminClient,
  { options = {}, serverUrl }: { options?: Record<string, unknown>; serverUrl?: string } = {},
): Promise<ExternalDatabase> {
  const database = await freshDatabase(serverUrl)
  const network = await networkTo(database.url)
  const watcher = new pg.Client({ connectionString: database.url, application_name: 'watcher' })
  watcher.on('error', () => undefined)
  await watcher.connect()
  const count = async (sql: string, values: unknown[] = []): Promise<number> =>
    (await watcher.query(sql, values)).rows[0].n
  return {
    ...(await knownTo(admin, database.url, network, options)),
    network,
    activity: () => activityOf(watcher),
    running: (text) =>
      count(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE ${OURS} AND state = 'active' AND position($1 IN query) > 0`,
        [text],
      ),
    terminate: () => count(`SELECT count(pg_terminate_backend(pid))::int AS n FROM pg_stat_activity WHERE ${OURS}`),
    async drop() {
      await watcher.end()
      await network.close()
      await database.drop()
    },
  }
}

/** A proxy before the server that the URL names. */
export function networkTo(url: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(url)
  return tcpProxy({ host: hostname, port: Number(port) })
}

/** Makes a data source of the database, reached through the network, and a module for its APIs. */
export async function knownTo(
  admin: AdminClient,
  databaseUrl: string,
  network: TcpProxy,
  options: Record<string, unknown> = {},
): Promise<Pick<ExternalDatabase, 'name' | 'datasourceId' | 'moduleId'>> {
  const url = new URL(databaseUrl)
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
  return { name, datasourceId: datasource.id, moduleId: module.id }
}

export async function activityOf(client: pg.Client): Promise<Activity> {
  const { rows } = await client.query(`
    SELECT count(*) FILTER (WHERE state = 'active')::int AS running,
           count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS "inTransaction",
           count(*)::int AS sessions
    FROM pg_stat_activity WHERE ${OURS}`)
  return rows[0]
}
