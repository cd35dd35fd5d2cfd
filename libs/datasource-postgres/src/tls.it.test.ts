import type { ConnectionSettings, Driver } from '@penstock/datasource'
import {
  CA_CERTIFICATE,
  SERVER_CERTIFICATE,
  SERVER_KEY,
  startPostgres,
  waitUntil,
  type OwnedPostgres,
} from '@penstock/testing'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from './open-postgres.js'
import { settingsOf } from '@penstock/datasource/conformance'

let server: OwnedPostgres
let admin: Client

beforeAll(async () => {
  server = await startPostgres()
  admin = new Client({ connectionString: server.url })
  await admin.connect()
  await writeFile('server.key', SERVER_KEY)
  await writeFile('server.crt', SERVER_CERTIFICATE)
  await admin.query('alter system set ssl = on')
  await admin.query('select pg_reload_conf()')
  await waitUntil(async () => (await admin.query('show ssl')).rows[0]?.ssl === 'on', { withinMs: 5000 })
})
afterAll(async () => {
  await admin.end()
  await server.stop()
})

/** Into the server's data directory, readable by its own user alone. */
async function writeFile(name: string, text: string): Promise<void> {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => `('${line}')`)
  await admin.query(`copy (values ${lines.join(', ')}) to program 'umask 077 && cat > ${name}'`)
}

async function encrypted(ssl: ConnectionSettings['ssl'], host: string): Promise<string | null | undefined> {
  return using({ ssl, host }, async (driver) => {
    const statement = { text: 'select ssl from pg_stat_ssl where pid = pg_backend_pid()', values: [], clean: true }
    const [result] = await driver.query([statement], run(new AbortController().signal))
    return result?.kind === 'rows' ? result.rows[0]?.[0] : undefined
  })
}

async function using<T>(changes: Partial<ConnectionSettings>, work: (driver: Driver) => Promise<T>): Promise<T> {
  const driver = openPostgres(settingsOf(server.url, changes))
  try {
    return await work(driver)
  } finally {
    await driver.close()
  }
}

const run = (signal: AbortSignal) =>
  ({ mode: 'read', signal, timeoutMs: 60_000, rowsMax: undefined, bytesMax: undefined }) as const

describe('TLS to a data source', () => {
  it.each([
    ['disable uses none', { mode: 'disable' }, '127.0.0.1', 'false'],
    ['require encrypts and trusts whoever answers', { mode: 'require' }, '127.0.0.1', 'true'],
    ['verify-ca takes any name that the CA has signed', { mode: 'verify-ca', ca: CA_CERTIFICATE }, '127.0.0.1', 'true'],
    [
      'verify-full takes the name that the CA has signed',
      { mode: 'verify-full', ca: CA_CERTIFICATE },
      'localhost',
      'true',
    ],
  ] as const)('%s', async (_what, ssl, host, expected) => {
    expect(await encrypted(ssl, host)).toBe(expected)
  })

  it.each([
    ['verify-full refuses another name', { mode: 'verify-full', ca: CA_CERTIFICATE }, '127.0.0.1'],
    ['verify-ca refuses another authority', { mode: 'verify-ca', ca: SERVER_CERTIFICATE }, 'localhost'],
    ['verify-ca without a CA trusts those of the system alone', { mode: 'verify-ca' }, 'localhost'],
  ] as const)('%s', async (_what, ssl, host) => {
    await expect(encrypted(ssl, host)).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
  })

  it('stops a statement on the server over TLS too', async () => {
    await using({ ssl: { mode: 'verify-full', ca: CA_CERTIFICATE }, host: 'localhost' }, async (driver) => {
      const call = new AbortController()
      const statement = { text: 'select pg_sleep(60) as over_tls', values: [], clean: true }
      const failed = expect(driver.query([statement], run(call.signal))).rejects.toMatchObject({
        code: 'DATASOURCE_TIMEOUT',
      })
      const running = async (): Promise<boolean> => {
        const { rows } = await admin.query(
          `select 1 from pg_stat_activity where query like 'select pg_sleep(60) as over%' and state = 'active'`,
        )
        return rows.length > 0
      }
      await waitUntil(running, { withinMs: 5000 })
      call.abort('gone')
      await failed
      await waitUntil(async () => !(await running()), { withinMs: 2000 })
    })
  })

  it('is refused when the server has none', async () => {
    await admin.query('alter system set ssl = off')
    await admin.query('select pg_reload_conf()')
    await waitUntil(async () => (await admin.query('show ssl')).rows[0]?.ssl === 'off', { withinMs: 5000 })
    await expect(encrypted({ mode: 'require' }, '127.0.0.1')).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
  })
})
