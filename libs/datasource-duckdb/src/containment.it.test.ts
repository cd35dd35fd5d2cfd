import type { Driver, RunOptions } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDuckdb } from './open-duckdb.js'
import { dataFolder, type DataFolder } from './test/data-folder.js'

const SECRET = 'the secret that lies beside the folder'
const run: RunOptions = {
  mode: 'write',
  signal: new AbortController().signal,
  timeoutMs: 20_000,
  rowsMax: undefined,
  bytesMax: undefined,
}

let folder: DataFolder
let driver: Driver
let outside: string

beforeAll(async () => {
  folder = await dataFolder()
  await mkdir(join(folder.root, 'sales/nested'), { recursive: true })
  outside = join(folder.root, 'outside.csv')
  await writeFile(outside, `secret\n${SECRET}\n`)
  await writeFile(join(folder.root, 'sales/orders.csv'), 'id,total\n1,2.50\n')
  await symlink(outside, join(folder.root, 'sales/link.csv'))
  await symlink(folder.root, join(folder.root, 'sales/nested/up'))
  await symlink('/etc', join(folder.root, 'sales/away'))
  driver = openDuckdb(folder.settings({ database: 'sales' }), folder.options)
})
afterAll(async () => {
  await driver.close()
  await folder.drop()
})

async function outcomeOf(text: string): Promise<string> {
  try {
    return JSON.stringify(await driver.query([{ text, values: [], clean: true }], run))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return `${error.code} ${error.message}`
  }
}

/** Every file of the operator's folder with what is in it. */
async function contents(): Promise<Record<string, string>> {
  const entries = await readdir(folder.root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(await Promise.all(files.map(async (path) => [path, await readFile(path, 'utf8')] as const)))
}

describe('DuckDB locked down', () => {
  it('reads what lies in its folder, by the name of its view and by its path', async () => {
    expect(await outcomeOf('select total from orders')).toContain('[["2.5"]]')
    expect(await outcomeOf(`select total from 'orders.csv'`)).toContain('[["2.5"]]')
    expect(await outcomeOf(`select count(*) from read_csv('${join(folder.root, 'sales/orders.csv')}')`)).toContain('1')
  })

  it.each([
    () => `select * from read_text('/etc/passwd')`,
    () => `select * from read_csv('/etc/passwd', header = false)`,
    () => `from '/etc/passwd'`,
    () => `select * from read_blob('/proc/self/environ')`,
    () => `select * from read_text('/proc/self/fd/3')`,
    () => `select * from glob('/etc/*')`,
    () => `select * from read_csv('${outside}')`,
    () => `select * from read_csv('../outside.csv')`,
    () => `from '../outside.csv'`,
    () => `select * from link`,
    () => `select * from read_csv('link.csv')`,
    () => `select * from read_csv('nested/up/outside.csv')`,
    () => `select * from read_csv('nested/up/*.csv')`,
    () => `select * from read_csv('file://${outside}')`,
    () => `select * from read_csv('http://127.0.0.1:1/x.csv')`,
    () => `select * from read_csv('https://example.com/x.csv')`,
    () => `select * from read_parquet('s3://bucket/x.parquet')`,
    () => `select * from sniff_csv('${outside}')`,
    () => `select getenv('PATH')`,
    () => `select * from query('select * from read_text(''/etc/passwd'')')`,
    () => `select * from json_execute_serialized_sql(json_serialize_sql('select 1'))`,
    () => `select * from duckdb_secrets()`,
  ])('does not read outside of its folder: %s', async (text) => {
    const outcome = await outcomeOf(text())
    expect(outcome).toMatch(/^STATEMENT_/)
    expect(outcome).not.toContain(SECRET)
  })

  it.each([
    `copy (select 1) to 'written.csv'`,
    `copy (select 1) to '/tmp/penstock-written.csv'`,
    `explain analyze copy (select 1) to 'written.csv'`,
    `export database 'written'`,
    `import database 'written'`,
    `attach 'written.duckdb'`,
    `attach ':memory:' as other`,
    `create table orders_copy as from orders`,
    `create or replace view orders as select 1`,
    `create secret s (type s3)`,
    `insert into orders values (2, 3)`,
    `delete from orders`,
    `drop view orders`,
    `install httpfs`,
    `force install httpfs`,
    `load httpfs`,
    `load 'orders.csv'`,
    `set enable_external_access = true`,
    `set allowed_directories = ['/']`,
    `set memory_limit = '100GB'`,
    `reset threads`,
    `pragma threads = 8`,
    `pragma enable_profiling = 'json'`,
    `set variable x = 1`,
    `use system`,
    `call enable_logging(storage_path = 'written')`,
    `select * from enable_logging(storage_path = 'written')`,
    `select * from "enable_logging"(storage_path = 'written')`,
    `select * from system.main.enable_logging(storage_path = 'written')`,
    `with a as (select * from enable_logging(storage_path = 'written')) select * from a`,
    `select (select count(*) from enable_profiling(save_location = 'written'))`,
    `select write_log('x')`,
    `select * from checkpoint()`,
    `prepare p as copy (select 1) to 'written.csv'`,
    `execute p`,
    `begin`,
    `vacuum`,
    `checkpoint`,
    `select 1; copy (select 1) to 'written.csv'`,
    `explain select 1`,
  ])('does not write, load or change anything: %s', async (text) => {
    const before = await contents()
    expect(await outcomeOf(text)).toMatch(/^STATEMENT_FAILED/)
    expect(await contents()).toEqual(before)
    expect(await outcomeOf('select total from orders')).toContain('[["2.5"]]')
  })

  it('lets nobody change a setting, and has no environment', async () => {
    expect(
      await outcomeOf(
        `select current_setting('lock_configuration'), current_setting('enable_external_access'), current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions'), current_setting('home_directory')`,
      ),
    ).toContain('["true","false","false","false",""]')
  })

  it.each(['..', '../..', '/etc', 'sales/../..', 'sales/away', 'sales/away/ssl'])(
    'does not open %s as a data source',
    async (database) => {
      const escaped = openDuckdb(folder.settings({ database }), folder.options)
      await expect(escaped.query([{ text: 'select 1', values: [], clean: true }], run)).rejects.toMatchObject({
        code: 'DATASOURCE_REFUSED',
        message: expect.stringContaining('DUCKDB_ROOT'),
      })
      await escaped.close()
    },
  )

  it('says which setting is missing when the operator allows no folder', async () => {
    const none = openDuckdb(folder.settings(), { ...folder.options, root: undefined })
    await expect(none.query([{ text: 'select 1', values: [], clean: true }], run)).rejects.toMatchObject({
      code: 'DATASOURCE_REFUSED',
      message: expect.stringContaining('DUCKDB_ROOT is not set'),
    })
    await none.close()
  })
})
