import type { ConnectionSettings, Driver, RunOptions, Statement } from '@penstock/datasource'
import { freshDatabase, startTrino, type FreshDatabase, type ProtocolTrino } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTrinoInspector } from './open-trino-inspector.js'
import { openTrino } from './open-trino.js'
import { settingsOf } from '@penstock/datasource/conformance'

let server: ProtocolTrino
let database: FreshDatabase
let place: string
beforeAll(async () => {
  ;[server, database] = await Promise.all([startTrino(), freshDatabase()])
  place = `${server.url.replace('//', '//penstock@')}${new URL(database.url).pathname}/public`
})
afterAll(async () => {
  await server.stop()
  await database.drop()
})

const run = (changes: Partial<RunOptions> = {}): RunOptions => ({
  mode: 'read',
  signal: new AbortController().signal,
  timeoutMs: 10_000,
  rowsMax: undefined,
  bytesMax: undefined,
  ...changes,
})
const statement = (text: string, changes: Partial<Statement> = {}): Statement => ({
  text,
  values: [],
  clean: true,
  ...changes,
})

/** A driver that has spoken with the server already; `heard` are the requests of the work alone. */
async function withDriver(
  work: (driver: Driver) => Promise<void>,
  changes: Partial<ConnectionSettings> = {},
): Promise<ProtocolTrino['heard']> {
  const driver = openTrino(settingsOf(place, changes))
  let before = 0
  try {
    await driver.query([statement('select 1')], run())
    before = server.heard.length
    await work(driver)
  } finally {
    await driver.close()
  }
  // Closing waits for what went on in the background.
  return server.heard.slice(before)
}

describe('what the server hears', () => {
  it('is one text for all values, which stand as literals of their declared types behind USING', async () => {
    const heard = await withDriver(async (driver) => {
      for (const value of [`'; drop table t --`, '\\', '\u{1f600}']) {
        const one = statement('select cast(? as varchar), ?', {
          values: [value, '2026-01-02'],
          types: ['string', 'date'],
        })
        expect(await driver.query([one], run())).toMatchObject([{ rows: [[value, '2026-01-02']] }])
      }
    })
    const texts = heard.filter(({ method }) => method === 'POST').map(({ body }) => body)
    expect(texts).toEqual([
      `EXECUTE IMMEDIATE 'select cast(? as varchar), ?' USING '''; drop table t --', DATE '2026-01-02'`,
      `EXECUTE IMMEDIATE 'select cast(? as varchar), ?' USING '\\', DATE '2026-01-02'`,
      `EXECUTE IMMEDIATE 'select cast(? as varchar), ?' USING U&'\\+01F600', DATE '2026-01-02'`,
    ])
  })

  it('names user, place, zone and time limit with every statement, never asks for spooled results, and has no transaction for a clean read', async () => {
    const heard = await withDriver(async (driver) => {
      await driver.query([statement('select 1')], run({ timeoutMs: 1234.5 }))
    })
    const [post] = heard
    expect(post?.headers).toMatchObject({
      'x-trino-user': 'penstock',
      'x-trino-source': 'penstock',
      'x-trino-catalog': new URL(database.url).pathname.slice(1),
      'x-trino-schema': 'public',
      'x-trino-time-zone': 'UTC',
      'x-trino-session': 'query_max_run_time=1235ms',
      'x-trino-transaction-id': 'NONE',
      'x-trino-client-capabilities': 'PARAMETRIC_DATETIME',
    })
    expect(Object.keys(post?.headers ?? {})).not.toContain('x-trino-query-data-encoding')
    expect(heard.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('is a read-only transaction around every read that is not proved clean, which the server itself keeps', async () => {
    const heard = await withDriver(async (driver) => {
      const hidden = statement('select hidden()', { clean: false })
      await driver.query([statement('create table note (id integer)', { clean: false })], run({ mode: 'write' }))
      await driver.query(
        [
          statement(
            `create function hidden() returns integer language sql as 'insert into note values (1) returning id'`,
            { clean: false },
          ),
        ],
        run({ mode: 'write' }),
      )
      await expect(driver.query([hidden], run())).rejects.toMatchObject({
        code: 'STATEMENT_FAILED',
        open: { message: 'The API may only read, but its statement tried to write' },
      })
      expect(await driver.query([statement('select * from note')], run())).toMatchObject([{ rows: [] }])
    })
    const texts = heard.filter(({ method }) => method === 'POST').map(({ body }) => body)
    expect(texts.slice(2)).toEqual(['START TRANSACTION READ ONLY', 'select hidden()', 'ROLLBACK', 'select * from note'])
  })

  it('is a DELETE of where a query is when its reader stops', async () => {
    const heard = await withDriver(async (driver) => {
      const endless = statement('select n from table(sequence(1, 1000000000)) as t(n)')
      const reader = driver.stream(endless, run())[Symbol.asyncIterator]()
      await reader.next()
      await reader.return?.()
    })
    expect(heard.at(-1)).toMatchObject({ method: 'DELETE', path: expect.stringContaining('/v1/statement/executing/') })
    expect(server.open).toBe(0)
  })

  it('is a DELETE also when the caller left before the server had said where the query is', async () => {
    const call = new AbortController()
    const heard = await withDriver(async (driver) => {
      const gone = driver.query([statement('select 1')], run({ signal: call.signal }))
      queueMicrotask(() => call.abort('gone'))
      await expect(gone).rejects.toMatchObject({ code: 'DATASOURCE_TIMEOUT' })
    })
    expect(heard.map(({ method }) => method)).toEqual(['POST', 'DELETE'])
    expect(server.open).toBe(0)
  })
})

describe('a proxy that is in trouble', () => {
  it.each([502, 503, 504])('is asked again after %d, for statements that read and for every part', async (status) => {
    const heard = await withDriver(async (driver) => {
      server.refuseNext(2, status, ({ method }) => method === 'POST')
      server.refuseNext(2, status, ({ method }) => method === 'GET')
      expect(await driver.query([statement('select 7')], run())).toMatchObject([{ rows: [['7']] }])
    })
    expect(heard.filter(({ method }) => method === 'POST')).toHaveLength(3)
  })

  it('gets a statement that writes only once when it may have passed it on', async () => {
    await withDriver(async (driver) => {
      await driver.query([statement('create table once (id integer)', { clean: false })], run({ mode: 'write' }))
      const insert = statement('insert into once values (1)', { clean: false })
      for (const [status, rows] of [
        [502, []],
        [504, []],
        [503, [['1']]],
      ] as const) {
        server.refuseNext(1, status, ({ body }) => body.startsWith('insert'))
        const written = driver.query([insert], run({ mode: 'write' }))
        if (status === 503) expect(await written).toEqual([{ kind: 'count', count: 1 }])
        else await expect(written).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
        expect(await driver.query([statement('select id from once')], run())).toMatchObject([{ rows }])
      }
    })
  })

  it('is given up when the call has no time left, and statuses that are no trouble at once', async () => {
    await withDriver(async (driver) => {
      server.refuseNext(1000, 503, ({ body }) => body === 'select 8')
      await expect(driver.query([statement('select 8')], run({ timeoutMs: 200 }))).rejects.toMatchObject({
        code: 'DATASOURCE_TIMEOUT',
      })
      server.refuseNext(1, 500, ({ body }) => body === 'select 9')
      await expect(driver.query([statement('select 9')], run())).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
      server.refuseNext(1, 429, ({ body }) => body === 'select 10')
      expect(await driver.query([statement('select 10')], run())).toMatchObject([{ rows: [['10']] }])
    })
  })
})

describe('the place of a data source', () => {
  it.each([
    ['nowhere', /nowhere/],
    ['nowhere/public', /nowhere/],
    ['a catalog', /catalog/],
    ['a/b/c', /catalog/],
  ])('%s is refused before any statement runs', async (name, said) => {
    const driver = openTrino(settingsOf(place, { database: name }))
    await expect(driver.query([statement('select 1')], run())).rejects.toMatchObject({
      code: 'DATASOURCE_REFUSED',
      message: expect.stringMatching(said),
    })
    await driver.close()
  })

  it('is refused when its catalog has no such schema, by the inspector too', async () => {
    const settings = settingsOf(place, { database: `${new URL(database.url).pathname.slice(1)}/missing` })
    const driver = openTrino(settings)
    const inspector = openTrinoInspector(settings)
    const refusal = { code: 'DATASOURCE_REFUSED', message: expect.stringContaining('missing') }
    await expect(driver.query([statement('select 1')], run())).rejects.toMatchObject(refusal)
    await expect(inspector.probe(run().signal)).rejects.toMatchObject(refusal)
    await Promise.all([driver.close(), inspector.close()])
  })
})

describe('the inspector of Trino', () => {
  it('tells the version, describes without running, and lists tables with their columns', async () => {
    const inspector = openTrinoInspector(settingsOf(place))
    const { signal } = run()
    try {
      expect(await inspector.probe(signal)).toMatchObject({ serverVersion: expect.stringMatching(/^\d+/) })
      await withDriver(async (driver) => {
        const create = statement('create table shown (id integer not null, tags varchar)', { clean: false })
        await driver.query([create], run({ mode: 'write' }))
      })
      const [good, write, bad, long] = await inspector.prepare(
        [
          'select id, tags from shown where id = ? limit ?',
          'insert into shown values (1, ?)',
          'select 1,\n nowhere',
          `select id from shown where tags <> '${'x'.repeat(10_000)}' and id = ?`,
        ],
        signal,
      )
      expect(good).toMatchObject({
        ok: true,
        prepared: {
          paramTypes: ['integer', 'bigint'],
          fields: [
            { name: 'id', type: 'integer', encoding: 'raw' },
            { name: 'tags', type: 'varchar', encoding: 'string' },
          ],
        },
      })
      expect(write).toMatchObject({ ok: true, prepared: { fields: null } })
      expect(bad).toMatchObject({ ok: false, fault: { code: 'COLUMN_NOT_FOUND', position: 12 } })
      expect(long).toMatchObject({ ok: true })
      const tables = await inspector.tables({ tablesMax: 100, signal })
      expect(tables.find(({ name }) => name === 'shown')).toMatchObject({
        kind: 'table',
        schema: 'public',
        columns: [
          { name: 'id', type: 'integer', nullable: false },
          { name: 'tags', nullable: true },
        ],
      })
    } finally {
      await inspector.close()
    }
  })
})
