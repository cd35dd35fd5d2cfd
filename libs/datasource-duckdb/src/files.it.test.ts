import { DuckDBInstance } from '@duckdb/node-api'
import type { Driver, Inspector, RunOptions } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDuckdbInspector } from './open-duckdb-inspector.js'
import { openDuckdb } from './open-duckdb.js'
import { dataFolder, type DataFolder } from './test/data-folder.js'

const signal = new AbortController().signal
const run: RunOptions = { mode: 'read', signal, timeoutMs: 20_000, rowsMax: undefined, bytesMax: undefined }

let folder: DataFolder
let driver: Driver
let inspector: Inspector

beforeAll(async () => {
  folder = await dataFolder()
  for (const name of ['parts/year=2025', 'parts/year=2026', 'mixed', 'empty', 'odd[1]']) {
    await mkdir(join(folder.root, name), { recursive: true })
  }
  const instance = await DuckDBInstance.create(join(folder.root, 'own.duckdb'))
  const connection = await instance.connect()
  await connection.run(`create table held as select 1 as id, 'x' as name; create view seen as from held`)
  await connection.run(`copy (select 1 as id, 2.50::decimal(4,2) as fare) to '${join(folder.root, 'flights.parquet')}'`)
  await connection.run(`copy (select 1 as id) to '${join(folder.root, 'parts/year=2025/a.parquet')}'`)
  await connection.run(`copy (select 2 as id, 'new' as note) to '${join(folder.root, 'parts/year=2026/b.parquet')}'`)
  connection.closeSync()
  instance.closeSync()
  await folder.write('semicolon.csv', 'id;name\n1;"a; ""b"""\n2;\n')
  await folder.write('tabbed.tsv', 'id\tname\n1\tx,y\n')
  await writeFile(join(folder.root, 'packed.csv.gz'), gzipSync('id,name\n1,packed\n'))
  await folder.write('list.json', '[{"id": 1, "tags": ["a"]}, {"id": 2}]')
  await folder.write('lines.ndjson', '{"id":1,"in":{"a":null}}\n{"id":2}\n')
  await folder.write('twice.csv', 'id\n1\n')
  await folder.write('twice.json', '[{"id":2}]')
  await folder.write('broken.csv', `id,name\n${'1,"fine"\n'.repeat(30_000)}2,"bro"ken",x\n`)
  await folder.write('mixed/a.csv', 'id\n1\n')
  await folder.write('mixed/a.json', '[]')
  await folder.write('odd[1].csv', 'id\n1\n')
  await folder.write('readme.txt', 'no table')
  await symlink(join(folder.root, 'twice.csv'), join(folder.root, 'linked.csv'))
  driver = openDuckdb(folder.settings(), folder.options)
  inspector = openDuckdbInspector(folder.settings(), folder.options)
})
afterAll(async () => {
  await Promise.all([driver.close(), inspector.close()])
  await folder.drop()
})

async function rowsOf(text: string, from: Driver = driver): Promise<unknown> {
  const [result] = await from.query([{ text, values: [], clean: true }], run)
  return result?.kind === 'rows' ? result.rows : undefined
}

async function failureOf(text: string): Promise<string> {
  return rowsOf(text).then(String, (error: unknown) =>
    error instanceof AppError ? `${error.code} ${error.message}` : String(error),
  )
}

describe('files as tables', () => {
  it.each([
    ['from flights', [['1', '2.50']]],
    ['select * from FLIGHTS', [['1', '2.50']]],
    [
      'from semicolon order by id',
      [
        ['1', 'a; "b"'],
        ['2', null],
      ],
    ],
    ['from tabbed', [['1', 'x,y']]],
    ['from packed', [['1', 'packed']]],
    [
      'from list order by id',
      [
        ['1', '["a"]'],
        ['2', null],
      ],
    ],
    [
      'from lines order by id',
      [
        ['1', '{"a":null}'],
        ['2', null],
      ],
    ],
    [
      'select id, note, year from parts order by id',
      [
        ['1', null, '2025'],
        ['2', 'new', '2026'],
      ],
    ],
    ['from "twice.csv"', [['1']]],
    ['from "twice.json"', [['2']]],
    [`select count(*) from glob('parts/*/*.parquet')`, [['2']]],
    [`from flights join semicolon using (id)`, [['1', '2.50', 'a; "b"']]],
  ])('%s', async (text, rows) => {
    expect(await rowsOf(text)).toEqual(rows)
  })

  it.each(['twice', 'linked', 'mixed', 'empty', 'readme', '"odd[1]"'])('%s is no table', async (name) => {
    expect(await failureOf(`from ${name}`)).toMatch(/^STATEMENT_FAILED Catalog: Table with name/)
  })

  it('fails at a line that breaks the rules of its file, instead of leaving it out or guessing another form', async () => {
    expect(await failureOf('select count(*), max(name) from broken')).toMatch(
      /^STATEMENT_FAILED .*CSV Error on Line: 30002/,
    )
  })

  it('takes up files that come, change and go', async () => {
    await folder.write('later.csv', 'id\n1\n')
    expect(await rowsOf('from later')).toEqual([['1']])
    await folder.write('aside', 'name,id\nx,text\n')
    await rename(join(folder.root, 'aside'), join(folder.root, 'later.csv'))
    expect(await rowsOf('from later')).toEqual([['x', 'text']])
    await rm(join(folder.root, 'later.csv'))
    expect(await failureOf('from later')).toMatch(/^STATEMENT_FAILED/)
    await folder.write('later.json', '[{"id": 3}]')
    expect(await rowsOf('from later')).toEqual([['3']])
  })

  it('reads one file, and nothing beside it', async () => {
    const one = openDuckdb(folder.settings({ database: 'semicolon.csv' }), folder.options)
    expect(await rowsOf('select count(*) from semicolon', one)).toEqual([['2']])
    await expect(rowsOf(`from 'tabbed.tsv'`, one)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    await one.close()
  })

  it('reads a database of its own, and leaves it as it is', async () => {
    const own = openDuckdb(folder.settings({ database: 'own.duckdb' }), folder.options)
    expect(await rowsOf('select h.name, s.id from held h join seen s using (id)', own)).toEqual([['x', '1']])
    for (const text of [
      'insert into held values (2, null)',
      'drop table held',
      `from '${folder.root}/flights.parquet'`,
    ]) {
      await expect(rowsOf(text, own)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    }
    const inside = openDuckdbInspector(folder.settings({ database: 'own.duckdb' }), folder.options)
    expect(await inside.tables({ tablesMax: 10, signal })).toMatchObject([
      { schema: 'main', name: 'held', kind: 'table', columns: [{ name: 'id', type: 'INTEGER' }, { name: 'name' }] },
      { name: 'seen', kind: 'view' },
    ])
    await Promise.all([own.close(), inside.close()])
  })
})

describe('looking into files', () => {
  it('prepares statements of a page, with binds for the page and for where it begins', async () => {
    const inner = "SELECT * FROM (VALUES (1, DATE '2026-01-02')) AS t (id, day) WHERE id > $1"
    const page = (rest: string) => `SELECT p.*, CAST(p."id" AS VARCHAR) AS k FROM (\n${inner}\n) AS p${rest}`
    const outcomes = await inspector.prepare(
      [
        page('\nORDER BY p."id" ASC\nLIMIT $2 OFFSET $3'),
        page(
          '\nWHERE (p."day" < $2 OR p."day" IS NULL OR p."day" = $3 AND p."id" > $4)\nORDER BY p."day" DESC\nLIMIT $5',
        ),
        `SELECT count(*) AS total FROM (\n${inner}\n) AS p`,
        page('\nORDER BY p."none" ASC\nLIMIT $2'),
      ],
      signal,
    )
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, false])
  })

  it('lists the tables that can be read, with their columns', async () => {
    const tables = await inspector.tables({ tablesMax: 100, signal })
    expect(tables.find(({ name }) => name === 'flights')).toEqual({
      schema: 'main',
      name: 'flights',
      kind: 'view',
      columns: [
        { name: 'id', type: 'INTEGER', nullable: true },
        { name: 'fare', type: 'DECIMAL(4,2)', nullable: true },
      ],
    })
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['parts', 'lines', 'twice.csv', 'twice.json']),
    )
    expect(await inspector.tables({ tablesMax: 2, signal })).toHaveLength(2)
  })

  it('says which DuckDB it is, also when another process was never started', async () => {
    expect(await inspector.probe(signal)).toMatchObject({ serverVersion: expect.stringMatching(/^DuckDB v1\./) })
  })

  it('describes texts without running them, whether or not the types of their binds are known', async () => {
    const outcomes = await inspector.prepare(
      [
        'select id, fare, [id] as ids from flights where id = $1',
        'select $1 + id as sum from flights',
        `select sleep_ms(60000) as v`,
        'select nowhere from flights',
        'select nowhere from flights where $1 + 1 > 2',
        `copy flights to 'x.csv'`,
        'select from where',
      ],
      signal,
    )
    const field = (name: string, type: string, encoding = 'raw') => ({ name, type, encoding })
    expect(outcomes).toMatchObject([
      {
        ok: true,
        prepared: { fields: [field('id', 'integer'), field('fare', 'decimal(4,2)'), field('ids', 'integer[]')] },
      },
      { ok: true, prepared: { fields: [field('sum', 'integer')] } },
      { ok: true },
      { ok: false, fault: { message: expect.stringContaining('nowhere'), position: 8 } },
      { ok: false, fault: { message: expect.stringContaining('nowhere') } },
      { ok: false, fault: { code: 'not a read' } },
      { ok: false, fault: { code: 'Parser', position: expect.any(Number) } },
    ])
  })
})
