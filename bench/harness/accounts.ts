import { freshDatabase } from '@penstock/testing'
import pg from 'pg'

/** Rows of the table that all works read: as many as `pgbench -i -s 10` makes, in a table of the same shape. */
export const ACCOUNTS = 1_000_000

const URL_VARIABLE = 'BENCH_ACCOUNTS_URL'

/** Vitest's global set-up: one database with the accounts for the whole run, which only reads it. Its URL is in the environment. */
export default async function provideAccounts(): Promise<() => Promise<void>> {
  const database = await freshDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(`
    CREATE TABLE accounts (aid int PRIMARY KEY, bid int NOT NULL, abalance int NOT NULL, filler text NOT NULL);
    INSERT INTO accounts SELECT n, n % 10, 0, repeat('x', 84) FROM generate_series(1, ${ACCOUNTS}) AS n;`)
  await client.query('VACUUM ANALYZE accounts')
  await client.end()
  process.env[URL_VARIABLE] = database.url
  return () => database.drop()
}

/** The database with the accounts. */
export function accountsUrl(): string {
  const url = process.env[URL_VARIABLE]
  if (url === undefined) throw new Error(`${URL_VARIABLE} is not set: bench/vitest.config.ts names what sets it`)
  return url
}

/** Some account, another one for each index, spread over the table. */
export const account = (index: number): number => 1 + ((index * 7919) % ACCOUNTS)
