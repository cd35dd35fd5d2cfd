import { driverConformance, settingsOf, type Subject } from '@penstock/datasource/conformance'
import { freePort, freshDatabase, startTrino, type ProtocolTrino } from '@penstock/testing'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { openTrino } from './open-trino.js'
import { TRINO_SQL } from './test/conformance-sql.js'

/** `http://user@host:port/catalog` of a real server, in which schemas may be made, to run the same suite against it. */
const real = process.env['TEST_TRINO_URL'] ?? ''
let server: Promise<ProtocolTrino> | undefined
afterAll(async () => (await server)?.stop())

if (real === '') driverConformance({ describe, it, expect, afterAll }, 'the Trino protocol', TRINO_SQL, protocolSubject)
else driverConformance({ describe, it, expect, afterAll }, `Trino at ${new URL(real).host}`, TRINO_SQL, realSubject)

async function protocolSubject(): Promise<Subject> {
  const [{ url }, database] = await Promise.all([(server ??= startTrino()), freshDatabase()])
  const place = `${url.replace('//', '//penstock@')}${new URL(database.url).pathname}/public`
  const unused = await freePort()
  return {
    open: ({ poolSize }) => openTrino(settingsOf(place, { poolSize })),
    openUnreachable: () => openTrino(settingsOf(place, { port: unused })),
    running: (word) => runningOn(database.url, word),
    dispose: () => database.drop(),
  }
}

/** Statements that PostgreSQL itself says are running or waiting to be read on. */
async function runningOn(url: string, word: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(
      `select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
          and state in ('active', 'idle in transaction') and position($1 in query) > 0`,
      [word],
    )
    return rows.length
  } finally {
    await client.end()
  }
}

async function realSubject(): Promise<Subject> {
  const schema = `penstock_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const encrypted = real.startsWith('https:')
  const settings = settingsOf(real, { ssl: { mode: encrypted ? 'verify-full' : 'disable' } })
  const catalog = settings.database.split('/')[0] ?? ''
  const asAdmin = openTrino({ ...settings, database: catalog })
  const options = { signal: new AbortController().signal, timeoutMs: 30_000, rowsMax: undefined, bytesMax: undefined }
  const unclean = (text: string) => [{ text, values: [], clean: false }]
  await asAdmin.query(unclean(`create schema "${catalog}".${schema}`), { ...options, mode: 'write' })
  const unused = await freePort()
  const database = `${catalog}/${schema}`
  return {
    open: ({ poolSize }) => openTrino({ ...settings, database, poolSize }),
    openUnreachable: () => openTrino({ ...settings, database, port: unused }),
    running: async (word) => {
      const [result] = await asAdmin.query(
        [
          {
            text: `select 1 from system.runtime.queries where state not in ('FINISHED', 'FAILED') and strpos(query, ?) > 0 and strpos(query, 'system.runtime') = 0`,
            values: [word],
            clean: true,
          },
        ],
        { ...options, mode: 'read' },
      )
      return result?.kind === 'rows' ? result.rows.length : 0
    },
    dispose: async () => {
      await asAdmin.query(unclean(`drop schema "${catalog}".${schema} cascade`), { ...options, mode: 'write' })
      await asAdmin.close()
    },
  }
}
