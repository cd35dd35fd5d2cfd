import type { Driver, RunOptions } from '@penstock/datasource'
import {
  freshDatabase,
  startTrino,
  tcpProxy,
  waitUntil,
  type FreshDatabase,
  type ProtocolTrino,
  type TcpProxy,
} from '@penstock/testing'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTrino } from './open-trino.js'
import { settingsOf } from '@penstock/datasource/conformance'

let server: ProtocolTrino
let database: FreshDatabase
let proxy: TcpProxy
let driver: Driver

beforeAll(async () => void (server = await startTrino()))
afterAll(() => server.stop())
beforeEach(async () => {
  database = await freshDatabase()
  proxy = await tcpProxy({ port: server.port })
  const place = `${proxy.via(server.url).replace(/\/$/, '')}${new URL(database.url).pathname}/public`
  driver = openTrino(settingsOf(place, { username: 'penstock', connectTimeoutMs: 2000, poolSize: 2 }))
  await driver.query([one], run())
})
afterEach(async () => {
  proxy.heal()
  await driver.close()
  await proxy.close()
  await database.drop()
})

const run = (options: Partial<RunOptions> = {}): RunOptions => ({
  mode: 'read',
  signal: new AbortController().signal,
  timeoutMs: 5000,
  rowsMax: undefined,
  bytesMax: undefined,
  ...options,
})
const one = { text: 'select 1', values: [], clean: true }
const endless = { text: 'select n from table(sequence(1, 1000000000)) as t(n)', values: [], clean: true }

async function onPostgres<Row extends object>(text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

describe('a broken network', () => {
  it('goes unnoticed by a read whose idle connection had died', async () => {
    proxy.cut()
    proxy.heal()
    expect(await driver.query([one], run())).toMatchObject([{ rows: [['1']] }])
  })

  it('goes unnoticed between two parts of a result: the part that was lost is asked for again', async () => {
    let next = 1
    for await (const { rows } of driver.stream(
      { ...one, text: 'select n from table(sequence(1, 20000)) as t(n)' },
      run({ timeoutMs: 30_000 }),
    )) {
      for (const [n] of rows) expect(n).toBe(String(next++))
      proxy.cut()
      proxy.heal()
    }
    expect(next).toBe(20_001)
  })

  it('never makes a write run twice', async () => {
    await driver.query([{ ...one, text: 'create table t (a integer)', clean: false }], run({ mode: 'write' }))
    const insert = { text: 'insert into t values (1)', values: [], clean: false }
    for (let round = 0; round < 5; round += 1) {
      const write = driver.query([insert], run({ mode: 'write' })).catch(() => undefined)
      proxy.cut()
      await write
      proxy.heal()
    }
    const [row] = await onPostgres<{ count: number }>('select count(*)::int from t')
    expect(row?.count).toBeLessThanOrEqual(5)
  })

  it('refuses calls while the server is away, and answers as soon as it is back', async () => {
    proxy.cut()
    await expect(driver.query([one], run())).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
    proxy.heal()
    expect(await driver.query([one], run())).toMatchObject([{ rows: [['1']] }])
  })

  it('gives a call up when it is aborted, although nothing comes back', async () => {
    proxy.pause()
    const call = new AbortController()
    const failed = expect(driver.query([one], run({ signal: call.signal }))).rejects.toMatchObject({
      code: 'DATASOURCE_TIMEOUT',
    })
    call.abort('deadline')
    await failed
    proxy.heal()
    expect(await driver.query([one], run())).toMatchObject([{ rows: [['1']] }])
  })

  it('is not waited for longer than the call has time', async () => {
    proxy.pause()
    await expect(driver.query([one], run({ timeoutMs: 200 }))).rejects.toMatchObject({ code: 'DATASOURCE_TIMEOUT' })
  })

  it('ends a stream with an error when it stays broken, never as if it were complete', async () => {
    const reading = async (): Promise<void> => {
      for await (const { rows } of driver.stream(endless, run())) if (rows.length > 0) proxy.cut()
    }
    await expect(reading()).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
  })

  it('lets a caller that leaves while it is slow stop the statement all the same', async () => {
    const call = new AbortController()
    const slow = { ...one, text: 'select count(*) as gone from table(sequence(1, 1000000000000)) as t(n)' }
    const failed = expect(driver.query([slow], run({ signal: call.signal, timeoutMs: 60_000 }))).rejects.toMatchObject({
      code: 'DATASOURCE_TIMEOUT',
    })
    const running = `select 1 from pg_stat_activity where query like '%as gone from%' and state = 'active' and pid <> pg_backend_pid()`
    await waitUntil(async () => (await onPostgres(running)).length === 1, { withinMs: 5000 })
    proxy.slow(50)
    call.abort('gone')
    await failed
    await waitUntil(async () => (await onPostgres(running)).length === 0, { withinMs: 3000 })
  })
})
