import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'

/** Rows of the table that all works read: as many as `pgbench -i -s 10` makes, in a table of the same shape. */
export const ACCOUNTS = 1_000_000

/** A database with the accounts. */
export async function accountsDatabase(): Promise<FreshDatabase> {
  const database = await freshDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(`
    CREATE TABLE accounts (aid int PRIMARY KEY, bid int NOT NULL, abalance int NOT NULL, filler text NOT NULL);
    INSERT INTO accounts SELECT n, n % 10, 0, repeat('x', 84) FROM generate_series(1, ${ACCOUNTS}) AS n;`)
  await client.query('VACUUM ANALYZE accounts')
  await client.end()
  return database
}

/** Some account, another one for each index, spread over the table. */
export const account = (index: number): number => 1 + ((index * 7919) % ACCOUNTS)
