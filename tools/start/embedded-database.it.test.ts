import { chmodSync, mkdtempSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '@penstock/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { root } from '../run/root.mjs'
import { embeddedDatabase, hasEmbeddedDatabase } from './embedded-database.mjs'

let folder: string
let state: string
let stop: () => boolean
let port: number

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-'))
  chmodSync(folder, 0o755)
  state = join(folder, '.penstock')
  mkdirSync(state)
  port = await freePort()
  stop = () => true
})
afterEach(() => {
  stop()
  rmSync(folder, { recursive: true })
})

async function begin(): Promise<void> {
  const database = await embeddedDatabase({ root, state, password: 'a password', port })
  stop = database.stop
}

async function query(sql: string, password = 'a password'): Promise<unknown[]> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

it('keeps its data over a restart and asks for its password', async () => {
  expect(hasEmbeddedDatabase(state)).toBe(false)
  await begin()
  await query("CREATE TABLE kept AS SELECT 'here' AS word")
  stop()
  expect(hasEmbeddedDatabase(state)).toBe(true)
  await begin()
  expect(await query('SELECT word FROM kept')).toEqual([{ word: 'here' }])
  await expect(query('SELECT 1', 'wrong')).rejects.toMatchObject({ code: '28P01' })
})

it('takes over a server that still runs', async () => {
  await begin()
  const pidFile = join(state, 'postgres', 'data', 'postmaster.pid')
  const before = readFileSync(pidFile, 'utf8')
  await begin()
  expect(readFileSync(pidFile, 'utf8')).toBe(before)
})

it('starts after a crash whose process id was given to another program since', async () => {
  await begin()
  stop()
  const stale = [process.pid, join(state, 'postgres', 'data'), 1, port, '', '127.0.0.1', '  1 1', 'ready   ']
  writeFileSync(join(state, 'postgres', 'data', 'postmaster.pid'), `${stale.join('\n')}\n`)
  await begin()
  expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }])
})

it('says that a broken data directory is broken, and leaves it as it is', async () => {
  await begin()
  stop()
  truncateSync(join(state, 'postgres', 'data', 'global', 'pg_control'), 10)
  await expect(begin()).rejects.toThrow('did not start: its data directory is broken')
  expect(hasEmbeddedDatabase(state)).toBe(true)
})

it('names a port that is taken and the setting that changes it', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  await expect(begin()).rejects.toMatchObject({
    message: expect.stringContaining(`Port ${port}`),
    fix: expect.stringContaining('EMBEDDED_POSTGRES_PORT'),
  })
  await new Promise((resolve) => other.close(resolve))
})
