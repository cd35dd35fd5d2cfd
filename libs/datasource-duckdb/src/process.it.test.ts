import type { Driver, RunOptions } from '@penstock/datasource'
import { waitUntil } from '@penstock/testing'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { driverOn } from './driver-on.js'
import type { DuckdbOptions } from './duckdb-options.js'
import { DuckdbProcess } from './duckdb-process.js'
import { Engine } from './engine.js'
import type { Setup } from './protocol/messages.js'
import { dataFolder, type DataFolder } from './test/data-folder.js'

const MB = 1024 * 1024
const run = (changes: Partial<RunOptions> = {}): RunOptions => ({
  mode: 'read',
  signal: new AbortController().signal,
  timeoutMs: 30_000,
  rowsMax: undefined,
  bytesMax: undefined,
  ...changes,
})
const select = (text: string) => [{ text, values: [], clean: true }]

let folder: DataFolder
let engine: Engine
let driver: Driver

beforeEach(async () => {
  folder = await dataFolder()
  await folder.write('a.csv', 'id\n1\n')
  use({})
})
afterEach(async () => {
  await driver.close()
  await folder.drop()
})

function use(options: Partial<DuckdbOptions>): void {
  engine = new Engine(folder.settings(), { ...folder.options, ...options })
  driver = driverOn(engine)
}

describe('the process that holds DuckDB', () => {
  it('starts with the first call, has nothing in its environment, and ends with the driver', async () => {
    expect(engine.pid).toBeUndefined()
    await driver.query(select('from a'), run())
    const { pid } = engine
    const environment = await readFile(`/proc/${String(pid)}/environ`, 'utf8')
    expect(environment.split('\0').filter((entry) => entry !== '')).toEqual(['TZ=UTC'])
    await driver.close()
    expect(() => process.kill(pid ?? 0, 0)).toThrow(/ESRCH/)
  })

  it('is started again when it was killed in the middle of a statement, whose caller hears that', async () => {
    const inFlight = driver.query(select('select sleep_ms(30000)'), run())
    const failed = inFlight.then(
      () => undefined,
      (error: unknown) => error,
    )
    await waitUntil(async () => (await engine.running()).length === 1, {
      withinMs: 10_000,
      what: 'the statement running',
    })
    process.kill(engine.pid ?? 0, 'SIGKILL')
    expect(await failed).toMatchObject({ code: 'DATASOURCE_REFUSED' })
    expect(await driver.query(select('from a'), run())).toMatchObject([{ rows: [['1']] }])
  })

  it('is killed when it does not stop what it was told to, and the next call has another', async () => {
    await driver.query(select('from a'), run())
    const { pid } = engine
    const call = new AbortController()
    const failed = driver
      .query(select('select sleep_ms(30000)'), run({ signal: call.signal }))
      .catch((error: unknown) => error)
    await waitUntil(async () => (await engine.running()).length === 1, {
      withinMs: 10_000,
      what: 'the statement running',
    })
    process.kill(pid ?? 0, 'SIGSTOP')
    call.abort('gone')
    expect(await failed).toMatchObject({ code: 'DATASOURCE_TIMEOUT' })
    await waitUntil(() => Promise.resolve(!isAlive(pid)), { withinMs: 10_000, what: 'the end of the process' })
    expect(await driver.query(select('from a'), run())).toMatchObject([{ rows: [['1']] }])
    expect(engine.pid).not.toBe(pid)
  })

  it('ends itself when it takes more memory than it may; calls hear that it is busy', async () => {
    const { process: tight } = await opened({ processBytesMax: 200 * MB })
    // A value of 500 MB is made outside of the memory that DuckDB counts.
    const exchange = tight.ask({
      kind: 'run',
      text: `select repeat('x', 500000000) as v`,
      values: [],
      timeoutMs: 30_000,
    })
    exchange.more()
    await expect(exchange.next().then(() => exchange.next())).rejects.toMatchObject({ code: 'DATASOURCE_BUSY' })
    await tight.gone
    expect(tight.usable).toBe(false)
  })

  it('refuses what does not fit into the memory and the disk that it may take, and answers the next call', async () => {
    use({ memoryBytesMax: 64 * MB, temporaryBytesMax: 16 * MB })
    const greedy = `select md5(string_agg(repeat('x', 50), ',' order by hash(range))) from range(5000000)`
    await expect(driver.query(select(greedy), run())).rejects.toMatchObject({ code: 'DATASOURCE_BUSY' })
    expect(await driver.query(select('from a'), run())).toMatchObject([{ rows: [['1']] }])
  })

  it('leaves no folder for its memory behind', async () => {
    // Of its own: other tests use the common one at the same time.
    const place = await mkdtemp(join(tmpdir(), 'penstock-duckdb-test-'))
    vi.stubEnv('TMPDIR', place)
    try {
      await driver.query(select('from a'), run())
      expect(await readdir(place)).toHaveLength(1)
      await driver.close()
      await waitUntil(async () => (await readdir(place)).length === 0, {
        withinMs: 5000,
        what: 'the folder being gone',
      })
    } finally {
      vi.unstubAllEnvs()
      await rm(place, { recursive: true, force: true })
    }
  })

  it('holds back rows that nobody has asked for', async () => {
    const { process: held, end } = await opened({})
    const exchange = held.ask({
      kind: 'run',
      text: 'select range as n from range(100000)',
      values: [],
      timeoutMs: 30_000,
    })
    expect(await exchange.next()).toMatchObject({ kind: 'fields' })
    exchange.more()
    expect(await exchange.next()).toMatchObject({ kind: 'rows' })
    const second = exchange.next().then(() => 'a batch that nobody asked for')
    for (let n = 0; n < 20; n += 1) await held.ask({ kind: 'running' }).next()
    expect(await Promise.race([second, Promise.resolve('held back')])).toBe('held back')
    exchange.more()
    await second
    await end()
  })

  it('answers with rows that are longer than a message may be with a fault, and lives on', async () => {
    const long = select(`select repeat('x', 70000000) as v`)
    use({ memoryBytesMax: 512 * MB })
    await expect(driver.query(long, run())).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(await driver.query(select('from a'), run())).toMatchObject([{ rows: [['1']] }])
  })
})

async function opened(changes: Partial<Setup>): Promise<{ readonly process: DuckdbProcess; end(): Promise<void> }> {
  const setup: Setup = {
    kind: 'setup',
    place: { kind: 'folder', path: folder.root },
    memoryBytesMax: 64 * MB,
    processBytesMax: 1024 * MB,
    threads: 1,
    temporaryFolder: folder.root,
    temporaryBytesMax: 0,
    ...changes,
  }
  const process = new DuckdbProcess(setup, folder.root)
  await process.ready
  return {
    process,
    async end() {
      process.kill('the test is over')
      await process.gone
    },
  }
}

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? 0, 0)
  } catch {
    return false
  }
}
