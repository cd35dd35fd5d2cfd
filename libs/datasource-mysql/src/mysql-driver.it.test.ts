import { driverConformance, settingsOf, transactionConformance, type Subject } from '@penstock/datasource/conformance'
import { freePort, startMariadb, waitUntil, type OwnedMariadb } from '@penstock/testing'
import { createConnection } from 'mysql2'
import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { openMysqlInspector } from './open-mysql-inspector.js'
import { openMysql } from './open-mysql.js'
import { MARIADB_SQL } from './test/conformance-sql.js'

const OPTIONS = { coerceTinyintBool: true }
const signal = new AbortController().signal

let server: Promise<OwnedMariadb> | undefined

/** One server for a test file; stop it when the file is done. */
async function stopServer(): Promise<void> {
  await (await server)?.stop()
}

/** Runs one text as the server's administrator. */
async function asAdmin(url: string, text: string): Promise<unknown> {
  const connection = createConnection({ uri: url })
  try {
    return await new Promise((resolve, reject) => {
      connection.query(text, (error, rows) => (error === null ? resolve(rows) : reject(error)))
    })
  } finally {
    connection.destroy()
  }
}

/** An empty database of your own. */
async function freshMariadb(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const { url } = await (server ??= startMariadb())
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await asAdmin(url, `create database ${name} character set utf8mb4`)
  return {
    url: `${url.replace(/\/$/, '')}/${name}`,
    drop: async () => void (await asAdmin(url, `drop database ${name}`)),
  }
}

driverConformance({ describe, it, expect, afterAll }, 'MariaDB', MARIADB_SQL, mariadbSubject)
transactionConformance({ describe, it, expect, afterAll }, 'MariaDB', MARIADB_SQL, mariadbSubject)

async function mariadbSubject(): Promise<Subject> {
  const { url, drop } = await freshMariadb()
  const unused = await freePort()
  return {
    open: ({ poolSize }) => openMysql(settingsOf(url, { poolSize }), OPTIONS),
    openUnreachable: () => openMysql(settingsOf(url, { port: unused }), OPTIONS),
    running: async (word) => {
      const rows = await asAdmin(
        url,
        `select 1 from information_schema.processlist where db = '${new URL(url).pathname.slice(1)}'
            and id <> connection_id() and command <> 'Sleep' and locate('${word}', info) > 0`,
      )
      return Array.isArray(rows) ? rows.length : 0
    },
    dispose: drop,
  }
}

describe('the inspector of MariaDB', () => {
  it('tells the version, prepares without running, and lists tables with their columns', async () => {
    const { url, drop } = await freshMariadb()
    const inspector = openMysqlInspector(settingsOf(url), OPTIONS)
    try {
      expect((await inspector.probe(signal)).serverVersion).toContain('MariaDB')
      await asAdmin(url, 'create table note (id int primary key, done boolean null)')
      const [good, write, bad] = await inspector.prepare(
        ['select id, done from note where id = ?', 'insert into note values (1, 1)', 'select nowhere'],
        signal,
      )
      expect(good).toMatchObject({
        ok: true,
        prepared: { fields: [{ name: 'id' }, { name: 'done', type: 'boolean' }] },
      })
      expect(write).toMatchObject({ ok: true, prepared: { fields: null } })
      expect(bad).toMatchObject({ ok: false, fault: { code: '42S22' } })
      expect(await asAdmin(url, 'select * from note')).toEqual([])
      const tables = await inspector.tables({ tablesMax: 100, signal })
      expect(tables.find(({ name }) => name === 'note')).toMatchObject({
        kind: 'table',
        columns: [
          { name: 'id', nullable: false },
          { name: 'done', type: 'tinyint(1)', nullable: true },
        ],
      })
    } finally {
      await inspector.close()
      await drop()
    }
  })

  it('says DATASOURCE_REFUSED for a wrong password', async () => {
    const { url, drop } = await freshMariadb()
    const inspector = openMysqlInspector(settingsOf(url, { username: 'nobody', password: 'wrong' }), OPTIONS)
    await expect(inspector.probe(signal)).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
    await inspector.close()
    await drop()
  })
})

describe('sessions', () => {
  const read = { mode: 'read', signal, timeoutMs: 5000, rowsMax: undefined, bytesMax: undefined } as const
  const own = { text: 'select connection_id() as id, sleep(0.02) as s', values: [], clean: true }

  it('end with each call when the data source says so, and calls that wait get one of their own', async () => {
    const { url, drop } = await freshMariadb()
    const open = async () =>
      await asAdmin(
        url,
        `select id from information_schema.processlist where db = '${new URL(url).pathname.slice(1)}' and id <> connection_id()`,
      )
    const driver = openMysql(settingsOf(url, { poolSize: 1, closeAfterExecute: true }), OPTIONS)
    const results = await Promise.all([driver.query([own], read), driver.query([own], read), driver.query([own], read)])
    const ids = results.map(([result]) => (result?.kind === 'rows' ? result.rows[0]?.[0] : undefined))
    expect(new Set(ids).size).toBe(3)
    await waitUntil(async () => JSON.stringify(await open()) === '[]', { withinMs: 2000 })
    await driver.close()
    const kept = openMysql(settingsOf(url, { poolSize: 1 }), OPTIONS)
    await kept.query([own], read)
    expect(await open()).toHaveLength(1)
    await kept.close()
    await drop()
  })
})

describe('values of columns', () => {
  it('come in the documented form', async () => {
    const { url, drop } = await freshMariadb()
    await asAdmin(
      url,
      `create table v (b bit(10), y year, e enum('a', 'b'), s set('x', 'y'), j json, bl blob, ts timestamp null, f boolean)`,
    )
    await asAdmin(url, `set time_zone = '+02:00'`)
    await asAdmin(url, `insert into v values (b'1000000001', 2026, 'b', 'x,y', '{"a": 1}', x'00ff', null, false)`)
    const driver = openMysql(settingsOf(url), OPTIONS)
    const [result] = await driver.query([{ text: 'select * from v', values: [], clean: true }], {
      mode: 'read',
      signal,
      timeoutMs: 5000,
      rowsMax: undefined,
      bytesMax: undefined,
    })
    expect(result).toMatchObject({
      rows: [['513', '2026', 'b', 'x,y', '{"a": 1}', 'AP8=', null, 'false']],
      fields: [
        { type: 'bit', encoding: 'raw' },
        { type: 'year', encoding: 'raw' },
        { type: 'enum' },
        { type: 'set' },
        { type: 'json', encoding: 'raw' },
        { type: 'blob', encoding: 'string' },
        { type: 'timestamp', encoding: 'string' },
        { type: 'boolean', encoding: 'raw' },
      ],
    })
    await driver.close()
    await drop()
  })
})

const HOSTILE = [
  "'",
  `\\' OR 1=1 -- `,
  '`; drop table t; #',
  '/*! sleep(9) */',
  '\u0000',
  '%_\\',
  '?',
  '\u{1f600}',
  '0x27',
  '" or ""="',
]

describe('what the server hears', () => {
  it('is one text for all values: none of them ever stands in a statement that is prepared', async () => {
    const { url, drop } = await freshMariadb()
    const driver = openMysql(settingsOf(url, { poolSize: 1 }), OPTIONS)
    const text = 'select cast(? as char) as told_apart'
    const run = { mode: 'read', signal, timeoutMs: 5000, rowsMax: undefined, bytesMax: undefined } as const
    await asAdmin(url, `set global log_output = 'TABLE'`)
    await asAdmin(url, 'set global general_log = on')
    try {
      for (const value of HOSTILE) {
        const [result] = await driver.query([{ text, values: [value], clean: true }], run)
        expect(result).toMatchObject({ rows: [[value]] })
      }
    } finally {
      await asAdmin(url, 'set global general_log = off')
      await driver.close()
    }
    const heard = `select command_type as kind, convert(argument using utf8mb4) as said from mysql.general_log where argument like '%told_apart'`
    const rows = await asAdmin(url, heard)
    const entries = Array.isArray(rows) ? rows : []
    expect(entries.filter(({ kind }) => kind === 'Prepare')).toEqual([{ kind: 'Prepare', said: text }])
    expect(entries.filter(({ kind }) => kind === 'Execute')).toHaveLength(HOSTILE.length)
    expect(entries.filter(({ kind }) => kind === 'Query')).toEqual([])
    await drop()
  })
})

afterAll(stopServer)
