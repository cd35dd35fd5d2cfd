import type { Driver, RunOptions } from '@penstock/datasource'
import { freshDatabase, tcpProxy, waitUntil, type FreshDatabase, type TcpProxy } from '@penstock/testing'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPostgres } from './open-postgres.js'
import { settingsOf } from '@penstock/datasource/conformance'

let database: FreshDatabase
let proxy: TcpProxy
let driver: Driver

beforeEach(async () => {
  database = await freshDatabase()
  proxy = await tcpProxy({ port: Number(new URL(database.url).port) })
  driver = openPostgres(settingsOf(proxy.via(database.url), { connectTimeoutMs: 500, poolSize: 2 }))
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
const insert = { text: 'insert into t values (1)', values: [], clean: false }

async function onServer<Row extends object>(text: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

/** Ends the statements that run, as the restart of a server does; returns how many there were. */
async function endSessions(): Promise<number> {
  const ended = await onServer<{ pid: number }>(
    `select pid, pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'penstock' and query like '%pg_sleep%' and state = 'active'`,
  )
  return ended.length
}

describe('a broken network', () => {
  it('goes unnoticed by a read whose idle connection had died', async () => {
    await driver.query([one], run())
    // In one turn: the driver has not heard of the end of its connection when it sends the next call.
    proxy.cut()
    proxy.heal()
    expect(await driver.query([one], run())).toMatchObject([{ rows: [['1']] }])
  })

  it('goes unnoticed by a read that was running on a connection of its own when the server ended it', async () => {
    const slow = { text: "select pg_sleep(0.4)::text as slept, 'late' as word", values: [], clean: false }
    const call = driver.query([slow], run())
    await waitUntil(async () => (await endSessions()) === 1, { withinMs: 2000 })
    expect(await call).toMatchObject([{ rows: [['', 'late']] }])
  })

  it('goes unnoticed by a stream of which nothing was read yet', async () => {
    await driver.query([one], run())
    proxy.cut()
    proxy.heal()
    let rows = 0
    for await (const batch of driver.stream(one, run())) rows += batch.rows.length
    expect(rows).toBe(1)
  })

  it('never makes a write run twice', async () => {
    await driver.query([{ ...insert, text: 'create table t (a int)' }], run({ mode: 'write' }))
    for (let round = 0; round < 5; round += 1) {
      const write = driver.query([insert], run({ mode: 'write' })).catch(() => undefined)
      proxy.cut()
      await write
      proxy.heal()
    }
    const [row] = await onServer<{ count: number }>('select count(*)::int from t')
    expect(row?.count).toBeLessThanOrEqual(5)
  })

  it('refuses calls while the server is away, and answers as soon as it is back', async () => {
    await driver.query([one], run())
    proxy.cut()
    await expect(driver.query([one], run())).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
    proxy.heal()
    expect(await driver.query([one], run())).toMatchObject([{ rows: [['1']] }])
  })

  it('gives a call up when it is aborted, although nothing comes back, and its place soon after', async () => {
    await Promise.all([driver.query([one], run()), driver.query([one], run())])
    proxy.pause()
    const calls = [0, 1].map(() => {
      const call = new AbortController()
      const failed = expect(driver.query([one], run({ signal: call.signal }))).rejects.toMatchObject({
        code: 'DATASOURCE_TIMEOUT',
      })
      call.abort('deadline')
      return failed
    })
    await Promise.all(calls)
    proxy.heal()
    expect(await driver.query([one], run())).toMatchObject([{ rows: [['1']] }])
  })

  it('does not wait for a connection for longer than the connect timeout', async () => {
    proxy.pause()
    await expect(driver.query([one], run())).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
  })

  it('stops connecting when the call is aborted', async () => {
    proxy.pause()
    const call = new AbortController()
    const failed = expect(driver.query([one], run({ signal: call.signal }))).rejects.toMatchObject({
      code: 'DATASOURCE_TIMEOUT',
    })
    await waitUntil(() => proxy.connections === 1, { withinMs: 1000 })
    call.abort('gone')
    await failed
  })

  it('ends a stream with an error when it breaks, never as if it were complete', async () => {
    const endless = { text: 'select generate_series(1, 100000000)', values: [], clean: true }
    const reading = async (): Promise<void> => {
      for await (const { rows } of driver.stream(endless, run())) if (rows.length > 0) proxy.cut()
    }
    await expect(reading()).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
  })

  it('leaves nothing running on the server when the process that asked is gone', async () => {
    const sleeping = driver
      .query([{ ...one, text: 'select pg_sleep(60) as orphan' }], run({ timeoutMs: 60_000 }))
      .catch(() => undefined)
    const running = `select 1 from pg_stat_activity where query like 'select pg_sleep(60) as orphan%' and state = 'active'`
    await waitUntil(async () => (await onServer(running)).length === 1, { withinMs: 5000 })
    proxy.cut()
    await sleeping
    await waitUntil(async () => (await onServer(running)).length === 0, { withinMs: 5000 })
  })
})
