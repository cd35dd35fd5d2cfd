import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { postgresServer } from './real-postgres.js'

export interface FreshDatabase {
  readonly url: string
  /** Removes the database and ends the sessions that still use it. */
  drop(): Promise<void>
}

/** An empty database of your own on the run's server, or on `serverUrl`; costs about 20 ms. */
export async function freshDatabase(serverUrl?: string): Promise<FreshDatabase> {
  const server = serverUrl ?? (await postgresServer()).url
  const name = `test_${randomBytes(8).toString('hex')}`
  // template0 takes no sessions, so two test files can copy it at the same time.
  await administer(server, `CREATE DATABASE ${name} TEMPLATE template0`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
