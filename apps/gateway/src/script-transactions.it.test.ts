import { execFileSync } from 'node:child_process'
import { freshDatabase, startMariadb, waitUntil, type FreshDatabase, type OwnedMariadb } from '@penstock/testing'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datasourceEntry, keyEntries } from './test/build-snapshot.js'
import { gatewayUnderTest, type GatewayUnderTest } from './test/gateway-under-test.js'
import { scriptEntry, scriptPlan } from './test/script-entries.js'

const MARIADB = '00000000-0000-4000-8000-0000000000db'
const OTHER = '00000000-0000-4000-8000-0000000000dc'
let database: FreshDatabase
let other: FreshDatabase
let mariadb: OwnedMariadb
let db: pg.Client
let under: GatewayUnderTest

const transfer = `export default async function (req, { db, log }) {
  const { from, to, amount } = req.params
  return db.tx(async (t) => {
    await t.query('select id from account where id in (:from, :to) order by id for update', { from, to })
    const giver = await db.queryOne('select balance from account where id = :from', { from })
    await t.execute('update account set balance = balance - :amount where id = :from', { amount, from })
    await db.execute('update account set balance = balance + :amount where id = :to', { amount, to })
    if (giver.balance < amount) throw new ApiError(409, 'Not enough', 'NOT_ENOUGH')
    return t.query('select id, balance from account where id in (:from, :to) order by id', { from, to })
  })
}`
const params = ['from', 'to', 'amount'].map(
  (name) => ({ name, location: 'body', data_type: 'integer', required: true }) as const,
)
const write = { method: 'POST' } as const
const grants = { plan: scriptPlan({ extra_datasource_ids: [OTHER] }) }

const apis = () => [
  scriptEntry('transfer', transfer, { ...write, params }),
  scriptEntry('transfer/mariadb', transfer, { ...write, params, datasource_id: MARIADB }),
  scriptEntry(
    'half',
    `export default () => db.tx(async (t) => {
      await t.execute('update account set balance = balance - 1 where id = 1')
      log.warn('half done')
      await t.query("select pg_sleep(20) as half_done_sleep")
      await t.execute('update account set balance = balance + 1 where id = 2')
    })`,
    write,
  ),
  scriptEntry(
    'forgotten',
    `export default async () => { db.tx(async (t) => {
      await t.execute('update account set balance = 0'); await new Promise(() => {}) }); await db.query('select 1'); return 'gone' }`,
    write,
  ),
  scriptEntry('nested', `export default () => db.tx(async () => db.tx(async () => 1))`, write),
  scriptEntry(
    'caught',
    `export default () => db.tx(async (t) => {
      await t.execute('update account set balance = balance + 5 where id = 1')
      try { await t.execute('select no_such_column') } catch (error) { return error.code } })`,
    write,
  ),
  scriptEntry(
    'reads',
    `export default () => db.tx(async (t) => [await t.queryOne('select 1 as one'), await db.queryOne('select 2 as two')])`,
  ),
  scriptEntry('sneaky', `export default () => db.execute('update account set balance = 0')`),
  scriptEntry(
    'binds',
    `export default async () => [
      ...(await db.query('select $1::int + 1 as n, $2 as t, $3::int[] as l', [1, "a'b", [1, 2]])),
      ...(await db.query("select :a::int as a, ':a' as quoted, /* :b */ :a as again", { a: 7 })),
      await db.queryOne('select 1 where false'),
      await db.queryOne("select 9007199254740993::int8 as big, 12.5::numeric as small, '\\\\x0102'::bytea as b, '2026-01-02T03:04:05Z'::timestamptz as at")]`,
  ),
  scriptEntry('missing', `export default () => db.query('select :nobody', { a: 1 })`),
  scriptEntry('away', `export default () => db.query('select * from no_such_table')`),
  scriptEntry(
    'granted',
    `export default async () => [ds.name, ...(await db.source('other').query('select current_database() as name'))]`,
    grants,
  ),
  scriptEntry('not-granted', `export default () => db.source('other').query('select 1')`),
  scriptEntry('rows', `export default () => db.query('select generate_series(1, 50) as n')`, { max_rows: 10 }),
]

beforeAll(async () => {
  ;[database, other, mariadb] = await Promise.all([freshDatabase(), freshDatabase(), startMariadb()])
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
  const table = 'create table account (id int primary key, balance int not null)'
  await db.query(table)
  await inMariadb('create database bank', '')
  await inMariadb(table)
  under = await gatewayUnderTest({
    FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0',
    FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT: '0',
    EXTERNAL_DB_POOL_SIZE: '4',
    LOG_LEVEL: 'error',
  })
  await under.publish([
    ...keyEntries(),
    datasourceEntry(database.url),
    datasourceEntry(other.url, { id: OTHER, name: 'other' }),
    datasourceEntry(`${mariadb.url.replace(/\/$/, '')}/bank`, { id: MARIADB, name: 'maria', product_type: 'mysql' }),
    ...apis(),
  ])
}, 60_000)
afterAll(async () => {
  await under.stop()
  await db.end()
  await Promise.all([database.drop(), other.drop(), mariadb.stop()])
})

const accounts = async (balances: readonly number[]) => {
  await db.query('truncate account')
  for (const [at, balance] of balances.entries())
    await db.query('insert into account values ($1, $2)', [at + 1, balance])
}
const balances = async (): Promise<number[]> =>
  (await db.query<{ balance: number }>('select balance from account order by id')).rows.map(({ balance }) => balance)
const call = (path: string, init?: RequestInit) => fetch(`${under.url}/api/${path}`, init)
const post = (path: string, body: object = {}) =>
  call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const bodyOf = async (response: Response) => (await response.json()) as { code: string; data: unknown[] }
const pids = (): number[] =>
  execFileSync('pgrep', ['-P', String(process.pid), '-f', 'script-quickjs'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number)

async function inMariadb(text: string, name = 'bank'): Promise<unknown> {
  const connection = await createConnection({ uri: `${mariadb.url.replace(/\/$/, '')}/${name}` })
  const [rows] = await connection.query(text)
  await connection.end()
  return rows
}
const banks = {
  PostgreSQL: { path: 'transfer', accounts, balances },
  MariaDB: {
    path: 'transfer/mariadb',
    async accounts(given: readonly number[]) {
      await inMariadb('truncate account')
      await inMariadb(`insert into account values ${given.map((balance, at) => `(${at + 1}, ${balance})`).join()}`)
    },
    async balances() {
      const rows = (await inMariadb('select balance from account order by id')) as { balance: number }[]
      return rows.map(({ balance }) => balance)
    },
  },
}

describe.each(['PostgreSQL', 'MariaDB'] as const)('a transfer between two accounts in %s', (name) => {
  const { path, accounts, balances } = banks[name]

  it('stays consistent under 50 parallel calls, with fewer connections than calls', async () => {
    await accounts([100, 100])
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        post(path, at % 2 === 0 ? { from: 1, to: 2, amount: 30 } : { from: 2, to: 1, amount: 20 }),
      ),
    )
    const given = answers.map(({ status }, at) => (status === 200 ? (at % 2 === 0 ? 30 : -20) : 0))
    const moved = given.reduce<number>((sum, one) => sum + one, 0)
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 409])
    expect(await balances()).toEqual([100 - moved, 100 + moved])
    expect(Math.min(...(await balances()))).toBeGreaterThanOrEqual(0)
  })

  it('rolls back what it did before it found that there is not enough', async () => {
    await accounts([10, 0])
    const answer = await post(path, { from: 1, to: 2, amount: 11 })
    expect([answer.status, (await bodyOf(answer)).code]).toEqual([409, 'NOT_ENOUGH'])
    expect(await balances()).toEqual([10, 0])
  })
})

describe('killing the script host', () => {
  it('in mid-transaction leaves nothing half-done, and the next script runs', async () => {
    await accounts([10, 10])
    const answer = post('half')
    await waitUntil(
      async () => {
        const { rows } = await db.query(
          "select 1 from pg_stat_activity where query like '%half_done_sleep%' and pid <> pg_backend_pid() and state = 'active'",
        )
        return rows.length > 0
      },
      { withinMs: 10_000 },
    )
    for (const pid of pids()) process.kill(pid, 'SIGKILL')
    const ended = await answer
    expect([ended.status, (await bodyOf(ended)).code]).toEqual([503, 'SCRIPT_LOST'])
    expect(await balances()).toEqual([10, 10])
    expect((await post('transfer', { from: 1, to: 2, amount: 1 })).status).toBe(200)
    expect(await balances()).toEqual([9, 11])
  })
})

describe('a transaction', () => {
  it('that a script leaves open is rolled back', async () => {
    await accounts([10])
    expect((await bodyOf(await post('forgotten'))).data).toEqual(['gone'])
    expect(await balances()).toEqual([10])
  })

  it('does not nest', async () => {
    expect((await bodyOf(await post('nested'))).code).toBe('SCRIPT_FAILED')
  })

  it('commits nothing when a failed statement was let pass', async () => {
    await accounts([10])
    expect((await post('caught')).status).toBe(500)
    expect(await balances()).toEqual([10])
  })

  it('of a GET reads, and GET never writes', async () => {
    await accounts([10])
    expect((await bodyOf(await call('reads'))).data).toEqual([{ one: 1 }, { two: 2 }])
    expect((await bodyOf(await call('sneaky'))).code).toBe('STATEMENT_FAILED')
    expect(await balances()).toEqual([10])
  })
})

describe('statements of a script', () => {
  it('bind lists and names, and keep every digit', async () => {
    expect((await bodyOf(await call('binds'))).data).toEqual([
      { n: 2, t: "a'b", l: [1, 2] },
      { a: 7, quoted: ':a', again: '7' },
      null,
      { big: '9007199254740993', small: 12.5, b: 'AQI=', at: '2026-01-02T03:04:05Z' },
    ])
  })

  it('that cannot be sent, or fail, fail the call as they would without a script', async () => {
    expect((await bodyOf(await call('missing'))).code).toBe('SCRIPT_FAILED')
    expect((await bodyOf(await call('away'))).code).toBe('STATEMENT_FAILED')
    expect((await bodyOf(await call('rows'))).code).toBe('SCRIPT_FAILED')
  })

  it('reach the data sources that the API was granted, no others', async () => {
    expect((await bodyOf(await call('granted'))).data).toEqual([
      'warehouse',
      { name: new URL(other.url).pathname.slice(1) },
    ])
    expect((await bodyOf(await call('not-granted'))).code).toBe('SCRIPT_FAILED')
  })
})
