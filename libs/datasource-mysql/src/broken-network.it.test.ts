import type { Driver, RunOptions } from '@penstock/datasource'
import { startMariadb, tcpProxy, waitUntil, type OwnedMariadb, type TcpProxy } from '@penstock/testing'
import { createConnection } from 'mysql2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openMysql } from './open-mysql.js'
import { settingsOf } from '@penstock/datasource/conformance'

let server: OwnedMariadb
let proxy: TcpProxy
let driver: Driver

beforeAll(async () => {
  server = await startMariadb()
  await onServer('create database broken_network')
})
afterAll(async () => {
  await onServer('drop database broken_network')
  await server.stop()
})
beforeEach(async () => {
  const { hostname, port } = new URL(server.url)
  proxy = await tcpProxy({ host: hostname, port: Number(port) })
  driver = openMysql(
    settingsOf(`${server.url}/broken_network`, { port: proxy.port, connectTimeoutMs: 500, poolSize: 2 }),
    { coerceTinyintBool: true },
  )
})
afterEach(async () => {
  proxy.heal()
  await driver.close()
  await proxy.close()
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

async function onServer(text: string): Promise<readonly Record<string, unknown>[]> {
  const connection = createConnection({ uri: server.url })
  try {
    return await new Promise((resolve, reject) => {
      connection.query(text, (error, rows) =>
        error === null ? resolve(Array.isArray(rows) ? (rows as Record<string, unknown>[]) : []) : reject(error),
      )
    })
  } finally {
    connection.destroy()
  }
}

describe('a broken network', () => {
  it('goes unnoticed by a read whose idle connection had died', async () => {
    await driver.query([one], run())
    // In one turn: the driver has not heard of the end of its connection when it sends the next call.
    proxy.cut()
    proxy.heal()
    expect(await driver.query([one], run())).toMatchObject([{ rows: [['1']] }])
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
    const [row] = await onServer('select count(*) as count from broken_network.t')
    expect(row?.['count']).toBeLessThanOrEqual(5)
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
    const endless = { text: 'select seq as n from seq_1_to_2000000000', values: [], clean: true }
    const reading = async (): Promise<void> => {
      for await (const { rows } of driver.stream(endless, run())) if (rows.length > 0) proxy.cut()
    }
    await expect(reading()).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
  })

  it('kills what runs on a connection of its own when the caller leaves while the network stands still', async () => {
    await driver.query([one], run())
    const call = new AbortController()
    const sleep = { ...one, text: 'select sleep(60) as left_alone' }
    const failed = expect(driver.query([sleep], run({ signal: call.signal, timeoutMs: 60_000 }))).rejects.toMatchObject(
      {
        code: 'DATASOURCE_TIMEOUT',
      },
    )
    const running = `select 1 from information_schema.processlist where info like '%left_alone%' and id <> connection_id()`
    await waitUntil(async () => (await onServer(running)).length === 1, { withinMs: 5000 })
    proxy.slow(20)
    call.abort('gone')
    await failed
    await waitUntil(async () => (await onServer(running)).length === 0, { withinMs: 3000 })
  })
})
