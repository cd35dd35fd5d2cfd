import type { DatabaseOptions } from '@penstock/app-config'
import pg from 'pg'
import { tlsOptions } from './connection.js'

const DATABASE_DOES_NOT_EXIST = '3D000'
const DATABASE_EXISTS = '42P04'

/**
 * Creates the configuration database when the server has none of that name and the user may. Returns true when it did. Fails with the
 * server's own words when the server cannot be reached or refuses.
 */
export async function createDatabaseIfMissing(options: DatabaseOptions): Promise<boolean> {
  const missing = await connectionFault(options.url, options)
  if (missing === undefined) return false
  if (codeOf(missing) !== DATABASE_DOES_NOT_EXIST) throw missing
  const url = new URL(options.url)
  const name = decodeURIComponent(url.pathname.slice(1))
  url.pathname = '/postgres'
  await withClient(url.href, options, async (client) => {
    try {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
    } catch (error) {
      // Somebody else, starting at the same time, was faster.
      if (codeOf(error) !== DATABASE_EXISTS) throw error
    }
  })
  return true
}

async function connectionFault(url: string, options: DatabaseOptions): Promise<unknown> {
  try {
    await withClient(url, options, () => Promise.resolve())
    return undefined
  } catch (error) {
    return error
  }
}

/** One connection for the time of the work; always closed. */
export async function withClient<T>(
  url: string,
  options: DatabaseOptions,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    ssl: tlsOptions(options),
    connectionTimeoutMillis: 10_000,
    application_name: 'penstock-migrate',
  })
  // A connection that breaks while idle reports it here; the next query fails and says why.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
