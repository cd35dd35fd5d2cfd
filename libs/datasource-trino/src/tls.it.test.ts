import type { ConnectionSettings } from '@penstock/datasource'
import {
  CA_CERTIFICATE,
  freshDatabase,
  SERVER_CERTIFICATE,
  SERVER_KEY,
  startTrino,
  type FreshDatabase,
  type ProtocolTrino,
} from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTrino } from './open-trino.js'
import { settingsOf } from '@penstock/datasource/conformance'

const LOGIN = { user: 'reader', password: "s3cret ü'" }
let server: ProtocolTrino
let open: ProtocolTrino
let database: FreshDatabase
beforeAll(async () => {
  const tls = { key: SERVER_KEY, cert: SERVER_CERTIFICATE }
  ;[server, open, database] = await Promise.all([startTrino({ tls, login: LOGIN }), startTrino(), freshDatabase()])
})
afterAll(async () => {
  await Promise.all([server.stop(), open.stop()])
  await database.drop()
})

async function answer(changes: Partial<ConnectionSettings>, url = server.url): Promise<unknown> {
  const driver = openTrino(
    settingsOf(`${url}${new URL(database.url).pathname}`, {
      username: LOGIN.user,
      password: LOGIN.password,
      ...changes,
    }),
  )
  try {
    const options = { mode: 'read', timeoutMs: 5000, rowsMax: undefined, bytesMax: undefined } as const
    const statement = { text: 'select 1', values: [], clean: true }
    const [result] = await driver.query([statement], { ...options, signal: new AbortController().signal })
    return result?.kind === 'rows' ? result.rows[0]?.[0] : undefined
  } finally {
    await driver.close()
  }
}

describe('TLS to Trino', () => {
  it.each([
    ['require encrypts and trusts whoever answers', { mode: 'require' }, '127.0.0.1'],
    ['verify-ca takes any name that the CA has signed', { mode: 'verify-ca', ca: CA_CERTIFICATE }, '127.0.0.1'],
    ['verify-full takes the name that the CA has signed', { mode: 'verify-full', ca: CA_CERTIFICATE }, 'localhost'],
  ] as const)('%s', async (_what, ssl, host) => {
    expect(await answer({ ssl, host })).toBe('1')
  })

  it.each([
    ['verify-full refuses another name', { mode: 'verify-full', ca: CA_CERTIFICATE }, '127.0.0.1'],
    ['verify-ca refuses another authority', { mode: 'verify-ca', ca: SERVER_CERTIFICATE }, 'localhost'],
    ['verify-ca without a CA trusts those of the system alone', { mode: 'verify-ca' }, 'localhost'],
    ['disable gets no answer of a server that encrypts', { mode: 'disable' }, 'localhost'],
  ] as const)('%s', async (_what, ssl, host) => {
    const password = ssl.mode === 'disable' ? undefined : LOGIN.password
    await expect(answer({ ssl, host, password })).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
  })
})

describe('user and password', () => {
  it('go together with every request, and are refused when they are wrong', async () => {
    const ssl = { mode: 'verify-full', ca: CA_CERTIFICATE } as const
    expect(await answer({ ssl, host: 'localhost' })).toBe('1')
    await expect(answer({ ssl, host: 'localhost', password: 'wrong' })).rejects.toMatchObject({
      code: 'DATASOURCE_REFUSED',
      message: expect.stringContaining('401'),
    })
  })

  it('never leave without TLS: not a byte is sent', async () => {
    const before = open.heard.length
    await expect(answer({ ssl: { mode: 'disable' } }, open.url)).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
    expect(open.heard.slice(before)).toEqual([])
  })
})
