import pg from 'pg'
import { demoRole } from './demo-schema.js'
import { loadDemoData, type LoadResult } from './load-data.js'

export interface DemoDatabase {
  /** URL of the server with a user that may make databases and roles. */
  readonly serverUrl: string
  readonly ssl: pg.ClientConfig['ssl']
  readonly database: string
  readonly rolePassword: string
}

/**
 * Brings the demo database to where it should be: database, data, and the role of the APIs with exactly its rights and this password.
 * Safe to run again at any time.
 */
export async function prepareDemoDatabase(demo: DemoDatabase): Promise<LoadResult> {
  await withClient(demo, new URL(demo.serverUrl).pathname.slice(1), async (client) => {
    await ensureDatabase(client, demo.database)
    await ensureRole(client, demoRole(demo.database), demo.rolePassword)
  })
  return withClient(demo, demo.database, async (client) => {
    const result = await loadDemoData(client)
    await grantRights(client, demo.database)
    return result
  })
}

async function ensureDatabase(client: pg.Client, database: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database])
  // CREATE DATABASE takes no binds and no transaction; a second starter at the same moment meets duplicate_database and stops.
  if (rowCount === 0)
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)} TEMPLATE template0 ENCODING 'UTF8'`)
}

/** The password is set at every run, so that a lost state file heals itself. */
async function ensureRole(client: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role])
  const name = client.escapeIdentifier(role)
  if (rowCount === 0) await client.query(`CREATE ROLE ${name} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION`)
  await client.query(`ALTER ROLE ${name} WITH LOGIN CONNECTION LIMIT 200 PASSWORD ${client.escapeLiteral(password)}`)
}

async function grantRights(client: pg.Client, database: string): Promise<void> {
  const role = client.escapeIdentifier(demoRole(database))
  await client.query(`
    REVOKE ALL ON DATABASE ${client.escapeIdentifier(database)} FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${client.escapeIdentifier(database)} TO ${role};
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO ${role};
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role};
    GRANT SELECT ON airports, flights, weather_days, pilot_reports, mileage_accounts, mileage_transfers TO ${role};
    GRANT INSERT ON pilot_reports, mileage_transfers TO ${role};
    GRANT UPDATE (miles) ON mileage_accounts TO ${role};
  `)
}

async function withClient<T>(
  demo: DemoDatabase,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const url = new URL(demo.serverUrl)
  url.pathname = `/${encodeURIComponent(database)}`
  const client = new pg.Client({
    connectionString: url.href,
    ssl: demo.ssl ?? false,
    application_name: 'penstock-demo',
  })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
