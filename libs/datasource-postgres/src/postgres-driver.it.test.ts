import { coalesced, type ConnectionSettings, type Driver, type GroupReader } from '@penstock/datasource'
import { driverConformance, settingsOf, transactionConformance, type Subject } from '@penstock/datasource/conformance'
import { freePort, freshDatabase } from '@penstock/testing'
import { Client } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { openPostgres } from './open-postgres.js'
import { POSTGRES_SQL } from './test/conformance-sql.js'

const api = { describe, it, expect, afterAll }

driverConformance(api, 'postgres', POSTGRES_SQL, () => postgresSubject())
driverConformance(api, 'postgres behind a transaction pooler', POSTGRES_SQL, () =>
  postgresSubject({ transactionPooler: true }),
)
driverConformance(api, 'postgres with every clean read in a group', POSTGRES_SQL, () => postgresSubject({}, grouped))
transactionConformance(api, 'postgres', POSTGRES_SQL, () => postgresSubject())
transactionConformance(api, 'postgres behind a transaction pooler', POSTGRES_SQL, () =>
  postgresSubject({ transactionPooler: true }),
)

/** Groups whatever may be grouped, measured short or not. */
function grouped(driver: GroupReader): Driver {
  const rules = { readsMax: 16, groupsMax: 2, timeoutMs: 100, waitMsMax: 1000, nowMs: () => performance.now() }
  return coalesced({ ...driver, mayGroup: ({ clean }) => clean }, rules)
}

/** An empty database for the conformance suite, opened with some settings changed. */
async function postgresSubject(
  changes: Partial<ConnectionSettings> = {},
  wrapped: (driver: GroupReader) => Driver = (driver) => driver,
): Promise<Subject> {
  const { url, drop } = await freshDatabase()
  const unused = await freePort()
  return {
    open: ({ poolSize }) => wrapped(openPostgres(settingsOf(url, { ...changes, poolSize }))),
    openUnreachable: () => wrapped(openPostgres(settingsOf(url, { ...changes, port: unused }))),
    running: (word) => runningStatements(url, word),
    dispose: drop,
  }
}

/** How many other sessions of the database run a statement with this word. */
async function runningStatements(url: string, word: string): Promise<number> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and state = 'active' and strpos(query, $1) > 0`,
      [word],
    )
    return rows[0]?.count ?? 0
  } finally {
    await client.end()
  }
}
