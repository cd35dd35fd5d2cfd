import type { GroupedOutcome, GroupedRead, GroupReader, RunOptions } from '@penstock/datasource'
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
  await admin.query('create table numbers as select n, n * 10 as tenfold from generate_series(1, 1000) as n')
})
afterAll(async () => {
  await admin.end()
  await database.drop()
})

const read = (text: string, ...values: string[]): GroupedRead => ({
  statement: { text, values, clean: true },
  rowsMax: undefined,
  bytesMax: undefined,
})
const tenfold = (n: number) => read('select tenfold from numbers where n = $1', String(n))
const rowsOf = (outcome: GroupedOutcome | undefined) =>
  outcome?.kind === 'answered' && outcome.result.kind === 'rows' ? outcome.result.rows : outcome
const alone: RunOptions = {
  mode: 'read',
  signal: new AbortController().signal,
  timeoutMs: 5000,
  rowsMax: undefined,
  bytesMax: undefined,
}
const group = { signal: alone.signal, timeoutMs: 1000 }

async function using(work: (driver: GroupReader) => Promise<void>): Promise<void> {
  const driver = openPostgres(settingsOf(database.url, { poolSize: 2 }))
  try {
    await work(driver)
  } finally {
    await driver.close()
  }
}

describe('reads that travel together', () => {
  it('are answered each with its own rows, first time and prepared', async () => {
    await using(async (driver) => {
      for (let round = 0; round < 3; round += 1) {
        const numbers = Array.from({ length: 16 }, (_, at) => 1 + ((at * 61 + round) % 1000))
        const outcomes = await driver.readTogether(numbers.map(tenfold), group)
        expect(outcomes.map(rowsOf)).toEqual(numbers.map((n) => [[String(n * 10)]]))
      }
    })
  })

  it('fail alone: who stands before a fault is answered, who stands behind it is to ask again', async () => {
    await using(async (driver) => {
      const fault = read('select 1 / ($1::int - $1::int)', '7')
      const outcomes = await driver.readTogether([tenfold(1), fault, tenfold(2)], group)
      expect(rowsOf(outcomes[0])).toEqual([['10']])
      expect(outcomes[1]).toMatchObject({ kind: 'failed', error: { code: 'STATEMENT_REJECTED' } })
      expect(outcomes[2]).toEqual({ kind: 'again' })
      expect(rowsOf((await driver.readTogether([tenfold(3)], group))[0])).toEqual([['30']])
    })
  })

  it('leave groups for good with the first time that one of them takes too long, and are asked again alone', async () => {
    await using(async (driver) => {
      const slow = 'select pg_sleep($1::float8)'
      for (let run = 0; run < 10; run += 1) await driver.query([read(slow, '0').statement], alone)
      expect(driver.mayGroup(read(slow, '0').statement)).toBe(true)
      const outcomes = await driver.readTogether([read(slow, '5'), tenfold(1)], { ...group, timeoutMs: 50 })
      expect(outcomes).toEqual([{ kind: 'again' }, { kind: 'again' }])
      expect(driver.mayGroup(read(slow, '0').statement)).toBe(false)
      for (let run = 0; run < 10; run += 1) await driver.query([read(slow, '0').statement], alone)
      expect(driver.mayGroup(read(slow, '0').statement)).toBe(false)
    })
  })

  it('are repeated when the connection is lost under them', async () => {
    await using(async (driver) => {
      const waiting = driver.readTogether([tenfold(1), read('select pg_sleep(30)')], { ...group, timeoutMs: 60_000 })
      await terminate('pg_sleep(30)')
      expect((await waiting).at(-1)).toEqual({ kind: 'again' })
    })
  })

  it('stop on the server when the group is aborted', async () => {
    await using(async (driver) => {
      const call = new AbortController()
      const asleep = [read('select pg_sleep(31)')]
      const waiting = driver.readTogether(asleep, { signal: call.signal, timeoutMs: 60_000 })
      await running('pg_sleep(31)', 1)
      call.abort()
      await waiting
      await running('pg_sleep(31)', 0)
    })
  })

  it('are cut at their own caps', async () => {
    await using(async (driver) => {
      const many = { ...read('select n from numbers order by n'), rowsMax: 2 }
      const [cut, whole] = await driver.readTogether([many, { ...many, rowsMax: 1000 }], group)
      expect(cut).toMatchObject({ kind: 'answered', result: { rows: [['1'], ['2']], truncated: true } })
      expect(whole).toMatchObject({ kind: 'answered', result: { truncated: false } })
      const [bytes] = await driver.readTogether([{ ...many, rowsMax: undefined, bytesMax: 3 }], group)
      expect(bytes).toMatchObject({ kind: 'answered', result: { rows: [['1'], ['2'], ['3']], truncated: true } })
    })
  })

  it('decode types that are met for the first time', async () => {
    await admin.query(`create type mood as enum ('glad'); create domain positive as int check (value > 0)`)
    await using(async (driver) => {
      const outcomes = await driver.readTogether(
        [read(`select 'glad'::mood, array[1,2]::positive[]`), read(`select '{"a":1}'::jsonb`)],
        group,
      )
      expect(outcomes.map(rowsOf)).toEqual([[['glad', '[1,2]']], [['{"a": 1}']]])
    })
  })
})

describe('a text may travel with others', () => {
  it('only after it was measured short alone, several times', async () => {
    await using(async (driver) => {
      const { statement } = tenfold(1)
      expect(driver.mayGroup(statement)).toBe(false)
      for (let run = 0; run < 20; run += 1) await driver.query([statement], alone)
      expect(driver.mayGroup(statement)).toBe(true)
      expect(driver.mayGroup({ ...statement, clean: false })).toBe(false)
    })
  })

  it('never when it is slow or its results are large', async () => {
    await using(async (driver) => {
      const slow = read('select pg_sleep(0.03)').statement
      const large = read('select n from numbers').statement
      for (const statement of [slow, large]) {
        for (let run = 0; run < 10; run += 1) await driver.query([statement], alone)
        expect(driver.mayGroup(statement)).toBe(false)
      }
    })
  })
})

const OTHERS = `datname = current_database() and pid <> pg_backend_pid() and state = 'active' and strpos(query, $1) > 0`

async function running(word: string, count: number): Promise<void> {
  await waitUntil(
    async () => (await admin.query(`select 1 from pg_stat_activity where ${OTHERS}`, [word])).rowCount === count,
    { withinMs: 5000, what: `${count} statements with ${word}` },
  )
}

async function terminate(word: string): Promise<void> {
  await running(word, 1)
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${OTHERS}`, [word])
}
