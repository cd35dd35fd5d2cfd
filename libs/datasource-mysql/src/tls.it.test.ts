import type { ConnectionSettings, Driver } from '@penstock/datasource'
import {
  CA_CERTIFICATE,
  ELSEWHERE_CERTIFICATE,
  ELSEWHERE_KEY,
  SERVER_CERTIFICATE,
  SERVER_KEY,
  startMariadb,
  waitUntil,
  type OwnedMariadb,
} from '@penstock/testing'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMysql } from './open-mysql.js'
import { settingsOf } from '@penstock/datasource/conformance'

let folder: string
let encrypting: OwnedMariadb
let plain: OwnedMariadb
let elsewhere: OwnedMariadb

/** A server with a certificate. */
async function startWith(name: string, key: string, certificate: string): Promise<OwnedMariadb> {
  const [keyFile, certificateFile] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
  await Promise.all([writeFile(keyFile, key, { mode: 0o600 }), writeFile(certificateFile, certificate)])
  return startMariadb([`--ssl-key=${keyFile}`, `--ssl-cert=${certificateFile}`])
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-tls-'))
  ;[encrypting, elsewhere, plain] = await Promise.all([
    startWith('localhost', SERVER_KEY, SERVER_CERTIFICATE),
    startWith('elsewhere', ELSEWHERE_KEY, ELSEWHERE_CERTIFICATE),
    startMariadb(['--skip-ssl']),
  ])
}, 60_000)
afterAll(async () => {
  await Promise.all([encrypting, elsewhere, plain].map((server) => server.stop()))
  await rm(folder, { recursive: true })
})

async function using<T>(changes: Partial<ConnectionSettings>, work: (driver: Driver) => Promise<T>): Promise<T> {
  const driver = openMysql(settingsOf(`${encrypting.url}/mysql`, changes), { coerceTinyintBool: true })
  try {
    return await work(driver)
  } finally {
    await driver.close()
  }
}

const run = (signal: AbortSignal) =>
  ({ mode: 'read', signal, timeoutMs: 60_000, rowsMax: undefined, bytesMax: undefined }) as const
const { signal } = new AbortController()

/** The cipher that the server says this connection has; empty without TLS. */
async function cipher(ssl: ConnectionSettings['ssl'], host: string, url = encrypting.url): Promise<string | null> {
  const port = Number(new URL(url).port)
  return using({ ssl, host, port }, async (driver) => {
    const text = `select variable_value from information_schema.session_status where variable_name = 'Ssl_cipher'`
    const [result] = await driver.query([{ text, values: [], clean: true }], run(signal))
    return (result?.kind === 'rows' ? result.rows[0]?.[0] : undefined) ?? null
  })
}

describe('TLS to MariaDB', () => {
  it.each([
    ['disable uses none', { mode: 'disable' }, '127.0.0.1', /^$/],
    ['require encrypts and trusts whoever answers', { mode: 'require' }, '127.0.0.1', /./],
    ['verify-ca takes any name that the CA has signed', { mode: 'verify-ca', ca: CA_CERTIFICATE }, '127.0.0.1', /./],
    [
      'verify-full takes the name that the CA has signed',
      { mode: 'verify-full', ca: CA_CERTIFICATE },
      'localhost',
      /./,
    ],
  ] as const)('%s', async (_what, ssl, host, expected) => {
    expect(await cipher(ssl, host)).toMatch(expected)
  })

  it.each([
    ['verify-full refuses an address, which has no name', { mode: 'verify-full', ca: CA_CERTIFICATE }, '127.0.0.1'],
    ['verify-ca refuses another authority', { mode: 'verify-ca', ca: SERVER_CERTIFICATE }, 'localhost'],
    ['verify-ca without a CA trusts those of the system alone', { mode: 'verify-ca' }, 'localhost'],
  ] as const)('%s', async (_what, ssl, host) => {
    await expect(cipher(ssl, host)).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
  })

  it('with a certificate that signed itself is for those who name it as their CA, and for its own name', async () => {
    const ca = ELSEWHERE_CERTIFICATE
    expect(await cipher({ mode: 'verify-ca', ca }, 'localhost', elsewhere.url)).not.toBe('')
    for (const ssl of [
      { mode: 'verify-ca', ca: CA_CERTIFICATE },
      { mode: 'verify-ca' },
      { mode: 'verify-full', ca },
    ] as const) {
      await expect(cipher(ssl, 'localhost', elsewhere.url)).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
    }
  })

  it('is refused when the server has none', async () => {
    for (const mode of ['require', 'verify-ca', 'verify-full'] as const) {
      await expect(cipher({ mode }, '127.0.0.1', plain.url)).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
    }
    expect(await cipher({ mode: 'disable' }, '127.0.0.1', plain.url)).toBe('')
  })

  it('stops a statement on the server over TLS too', async () => {
    await using({ ssl: { mode: 'verify-full', ca: CA_CERTIFICATE }, host: 'localhost' }, async (driver) => {
      const call = new AbortController()
      const sleep = { text: 'select sleep(60) as over_tls', values: [], clean: true }
      const failed = expect(driver.query([sleep], run(call.signal))).rejects.toMatchObject({
        code: 'DATASOURCE_TIMEOUT',
      })
      const running = async (): Promise<boolean> => {
        const text = `select 1 from information_schema.processlist where info like '%over_tls%' and id <> connection_id()`
        const [result] = await driver.query([{ text, values: [], clean: true }], run(signal))
        return result?.kind === 'rows' && result.rows.length > 0
      }
      await waitUntil(running, { withinMs: 5000 })
      call.abort('gone')
      await failed
      await waitUntil(async () => !(await running()), { withinMs: 2000 })
    })
  })
})
