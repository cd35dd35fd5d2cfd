import type { ConnectionSettings, Driver, RunOptions, Statement } from '@penstock/datasource'
import { freshDatabase, waitUntil, type FreshDatabase } from '@penstock/testing'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from './open-postgres.js'
import { settingsOf } from '@penstock/datasource/conformance'

let database: FreshDatabase
let admin: Client

beforeAll(async () => {
  database = await freshDatabase()
  admin = new Client({ connectionString: database.url })
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await database.drop()
})

const run = (options: Partial<RunOptions> = {}): RunOptions => ({
  mode: 'read',
  signal: new AbortController().signal,
  timeoutMs: 10_000,
  rowsMax: undefined,
  bytesMax: undefined,
  ...options,
})
const clean = (text: string, ...values: string[]): Statement => ({ text, values, clean: true })

async function using<T>(changes: Partial<ConnectionSettings>, work: (driver: Driver) => Promise<T>): Promise<T> {
  const driver = openPostgres(settingsOf(database.url, changes))
  try {
    return await work(driver)
  } finally {
    await driver.close()
  }
}

async function cell(driver: Driver, text: string, ...values: string[]): Promise<string | null | undefined> {
  const [result] = await driver.query([clean(text, ...values)], run())
  return result?.kind === 'rows' ? result.rows[0]?.[0] : undefined
}

const OURS = `select count(*)::int as count from pg_stat_activity where datname = current_database() and application_name = 'penstock'`
const sessions = async (): Promise<number> => (await admin.query<{ count: number }>(OURS)).rows[0]?.count ?? -1

describe('sessions', () => {
  it('are never more than the pool allows, however many calls there are', async () => {
    await using({ poolSize: 4 }, async (driver) => {
      const calls = Array.from({ length: 40 }, () => driver.query([clean('select pg_sleep(0.01)')], run()))
      const seen: number[] = []
      for (let looks = 0; looks < 5; looks += 1) seen.push(await sessions())
      await Promise.all(calls)
      expect(Math.max(...seen, await sessions())).toBeLessThanOrEqual(4)
    })
  })

  it('end with each call when the data source says so', async () => {
    await using({ closeAfterExecute: true }, async (driver) => {
      const first = await cell(driver, 'select pg_backend_pid()')
      expect(await cell(driver, 'select pg_backend_pid()')).not.toBe(first)
      await waitUntil(async () => (await sessions()) === 0, { withinMs: 2000 })
    })
    await using({ closeAfterExecute: true, poolSize: 1 }, async (driver) => {
      const pids = await Promise.all([1, 2, 3].map(() => cell(driver, 'select pg_backend_pid() from pg_sleep(0.02)')))
      expect(new Set(pids).size).toBe(3)
    })
  })

  it('read alike whatever the role and the database are set to', async () => {
    const name = new URL(database.url).pathname.slice(1)
    for (const setting of [
      'datestyle = german',
      'intervalstyle = postgres',
      `timezone = 'Asia/Tokyo'`,
      'bytea_output = escape',
      'extra_float_digits = -5',
    ]) {
      await admin.query(`alter database ${name} set ${setting}`)
    }
    const texts = [
      [`select date '2020-12-31'`, '2020-12-31'],
      [`select interval '1 day 2 hours'`, 'P1DT2H'],
      [`select timestamptz '2020-01-01T00:00:00Z'`, '2020-01-01T00:00:00Z'],
      [`select '\\x00ff'::bytea`, 'AP8='],
      ['select 0.1::float8 + 0.2', '0.30000000000000004'],
    ] as const
    for (const transactionPooler of [false, true]) {
      await using({ transactionPooler }, async (driver) => {
        for (const [text, expected] of texts) expect(await cell(driver, text)).toBe(expected)
      })
    }
  })

  it('look names up in the schemas of the data source, temporary tables last', async () => {
    await admin.query(`create schema "odd ""name\\'"; create table "odd ""name\\'".place as select 'here' as v`)
    for (const transactionPooler of [false, true]) {
      await using({ searchPath: [`odd "name\\'`, 'public'], transactionPooler, poolSize: 1 }, async (driver) => {
        expect(await cell(driver, 'select v from place')).toBe('here')
      })
    }
  })

  it('ask the server to watch whether their caller is still there', async () => {
    await using({}, async (driver) => {
      expect(await cell(driver, `select current_setting('client_connection_check_interval')`)).toBe('1s')
    })
  })
})

describe('prepared statements', () => {
  const prepared = `select count(*) from pg_prepared_statements`

  it('are bounded on each connection, and the coldest leave first', async () => {
    await using({ poolSize: 1 }, async (driver) => {
      for (let n = 0; n < 300; n += 1) {
        expect(await cell(driver, `select ${n} as v`)).toBe(String(n))
        await cell(driver, 'select 0 as v')
      }
      expect(Number(await cell(driver, prepared))).toBeLessThanOrEqual(257)
      expect(await cell(driver, `select count(*) from pg_prepared_statements where statement = 'select 0 as v'`)).toBe(
        '1',
      )
    })
  })

  it('are never used behind a transaction pooler', async () => {
    await using({ poolSize: 1, transactionPooler: true }, async (driver) => {
      await cell(driver, 'select 1')
      expect(await cell(driver, prepared)).toBe('0')
    })
  })

  it('are prepared anew when the columns of a table change under them', async () => {
    await admin.query('create table changing as select 1 as a')
    await using({ poolSize: 1 }, async (driver) => {
      expect(await driver.query([clean('select * from changing')], run())).toMatchObject([{ rows: [['1']] }])
      await admin.query(`alter table changing alter a type text, add b bool default true`)
      expect(await driver.query([clean('select * from changing')], run())).toMatchObject([
        { rows: [['1', 'true']], fields: [{ type: 'text' }, { name: 'b' }] },
      ])
    })
  })

  it('are prepared anew after somebody deallocated them', async () => {
    await using({ poolSize: 1 }, async (driver) => {
      await cell(driver, 'select $1::text', 'a')
      await driver.query([{ ...clean('deallocate all'), clean: false }], run())
      expect(await cell(driver, 'select $1::text', 'b')).toBe('b')
    })
  })
})

describe('reads', () => {
  it('of several statements see one state of the data', async () => {
    await admin.query('create table counted as select 1 as a')
    await using({}, async (driver) => {
      const counting = driver.query(
        [clean('select count(*) from counted'), clean('select pg_sleep(0.3)'), clean('select count(*) from counted')],
        run(),
      )
      await admin.query('select pg_sleep(0.1)')
      await admin.query('insert into counted values (2)')
      const [before, , after] = await counting
      expect(before).toMatchObject({ rows: [['1']] })
      expect(after).toMatchObject({ rows: [['1']] })
    })
  })

  it('may run in parallel on the server until they have met their cap', async () => {
    const name = new URL(database.url).pathname.slice(1)
    await admin.query('create table large as select i from generate_series(1, 1000) i; analyze large')
    // Makes the server plan every query with a worker, as it would for a large table.
    await admin.query(`alter database ${name} set debug_parallel_query = on`)
    const launched = `select parallel_workers_launched from pg_stat_database where datname = current_database()`
    await using({ poolSize: 1 }, async (driver) => {
      const before = await cell(driver, launched)
      await driver.query([clean('select count(*) from large')], run({ rowsMax: 100 }))
      await driver.query([{ ...clean('select pg_stat_force_next_flush()'), clean: false }], run())
      expect(Number(await cell(driver, launched))).toBeGreaterThan(Number(before))
    })
    await admin.query(`alter database ${name} reset debug_parallel_query`)
  })
})

describe('constraints that are checked at the commit', () => {
  it.each([false, true])('fail the call, also when it is only tried out (%s)', async (discard) => {
    await admin.query('drop table if exists late; create table late (a int unique deferrable initially deferred)')
    await using({ poolSize: 1 }, async (driver) => {
      const twice = { ...clean('insert into late values (1), (1)'), clean: false }
      await expect(driver.query([twice], run({ mode: 'write', discard }))).rejects.toMatchObject({
        code: 'STATEMENT_REJECTED',
      })
      expect(await cell(driver, 'select count(*) from late')).toBe('0')
    })
  })
})

describe('statements that no API may hold', () => {
  it.each([
    'commit',
    'BEGIN',
    '/* a /* b */ */ -- c\n rollback',
    'end',
    'savepoint s',
    `prepare transaction 'x'`,
    'start transaction',
  ])('refuses %s before it is sent', async (text) => {
    await using({}, async (driver) => {
      const failure = driver.query([{ ...clean(text), clean: false }], run({ mode: 'write' }))
      await expect(failure).rejects.toMatchObject({
        code: 'STATEMENT_FAILED',
        open: { message: expect.stringContaining('one transaction') },
      })
    })
  })

  it('cannot lift the read-only mode of its own transaction', async () => {
    await admin.query('create table untouched (a int)')
    await using({ poolSize: 1 }, async (driver) => {
      for (const text of [
        'set transaction read write',
        'set local transaction_read_only = off',
        'set session characteristics as transaction read write',
      ]) {
        const attempt = [text, 'insert into untouched values (1)'].map((each) => ({ ...clean(each), clean: false }))
        await expect(driver.query(attempt, run())).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
        await expect(driver.query([clean('insert into untouched values (2)')], run())).rejects.toMatchObject({
          code: 'STATEMENT_FAILED',
        })
      }
    })
    expect((await admin.query('select * from untouched')).rows).toEqual([])
  })

  it.each(['copy (select 1) to stdout', 'copy untouched from stdin'])('refuses %s without hanging', async (text) => {
    await admin.query('create table if not exists untouched (a int)')
    await using({ poolSize: 1 }, async (driver) => {
      await expect(driver.query([{ ...clean(text), clean: false }], run({ mode: 'write' }))).rejects.toMatchObject({
        code: 'STATEMENT_FAILED',
      })
      expect(await cell(driver, 'select 1')).toBe('1')
    })
  })
})
