import pg, { type PoolClient } from 'pg'
import { TrinoSyntaxError } from './trino-tokens.js'

// As many statements run at once; more wait in the pool, as they wait in a server's resource group.
const RUNNING_MAX = 10

/** The databases of one PostgreSQL server as catalogs. */
export class TrinoCatalogs {
  readonly #pools = new Map<string, pg.Pool>()

  constructor(readonly serverUrl: string) {}

  /** A session of a catalog. Rejects with what PostgreSQL says when there is none of that name. */
  connect(catalog: string): Promise<PoolClient> {
    return this.#poolOf(catalog).connect()
  }

  /** Brings a session to where results look the same everywhere; answers with its process, by which it can be stopped. */
  async prepare(client: PoolClient, schema: string | undefined): Promise<number> {
    if (schema !== undefined && !/^[a-z0-9_]+$/.test(schema)) throw new TrinoSyntaxError(`Schema '${schema}' not found`)
    await client.query(
      `SET TimeZone = 'UTC'; SET IntervalStyle = 'sql_standard'; SET extra_float_digits = 1; SET search_path = ${schema ?? 'public'}`,
    )
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    return rows[0]?.pid ?? 0
  }

  /** Gives a session back; one that did not come to its end is rolled back, and dropped when it cannot be. */
  async release(client: PoolClient, done: boolean): Promise<void> {
    if (done) {
      client.release()
      return
    }
    try {
      await client.query('ROLLBACK')
      client.release()
    } catch {
      client.release(true)
    }
  }

  async stop(catalog: string, backend: number): Promise<void> {
    const client = new pg.Client({ connectionString: this.#urlOf(catalog) })
    await client.connect()
    try {
      await client.query('SELECT pg_cancel_backend($1)', [backend])
    } finally {
      await client.end()
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.end()))
  }

  #poolOf(catalog: string): pg.Pool {
    const known = this.#pools.get(catalog)
    if (known !== undefined) return known
    const pool = new pg.Pool({ connectionString: this.#urlOf(catalog), max: RUNNING_MAX, idleTimeoutMillis: 1000 })
    // A database that is dropped takes its idle sessions along.
    pool.on('error', () => undefined)
    this.#pools.set(catalog, pool)
    return pool
  }

  #urlOf(catalog: string): string {
    const url = new URL(this.serverUrl)
    url.pathname = `/${encodeURIComponent(catalog)}`
    return url.href
  }
}
