import type { CastablePlaceholder, Casts, ConnectionSettings, Inspector } from '@penstock/datasource'
import { openPostgresInspector } from '@penstock/datasource-postgres'
import { AppError } from '@penstock/errors'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proveShapes, type Proof, type ShapeText } from './prove-shapes.js'

let database: FreshDatabase
let inspector: Inspector

beforeAll(async () => {
  database = await freshDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(`create table sale (id uuid primary key, day date, amount numeric, units int, note text, ok boolean, tags int[]);
    create index on sale (units);
    create function ambiguous(a int8) returns text language sql immutable as 'select ''int8''';
    create function ambiguous(a text) returns text language sql immutable as 'select ''text''';`)
  await client.end()
  inspector = openPostgresInspector(settingsOf(database.url))
})
afterAll(async () => {
  await inspector.close()
  await database.drop()
})

function settingsOf(url: string): ConnectionSettings {
  const { hostname, port, pathname, username, password } = new URL(url)
  return {
    host: hostname,
    port: Number(port),
    database: pathname.slice(1),
    username,
    password: decodeURIComponent(password),
    ssl: { mode: 'disable' },
    poolSize: 1,
    connectTimeoutMs: 5000,
    searchPath: [],
    transactionPooler: false,
    closeAfterExecute: false,
  }
}

/** Texts with `{id:type}` for placeholders; `{id:type[]}` is a list. */
function prove(...templates: readonly string[]): Promise<Proof> {
  const placeholders: CastablePlaceholder[] = []
  for (const [, id, type, list] of templates.join(' ').matchAll(/\{(\d+):(\w*)(\[\])?\}/g)) {
    placeholders[Number(id)] = { id: Number(id), list: list !== undefined, type: type === '' ? undefined : type }
  }
  const render = (casts: Casts): readonly ShapeText[] => templates.map((template) => renderOne(template, casts))
  return proveShapes({
    render,
    placeholders,
    prepare: (texts) => inspector.prepare(texts, new AbortController().signal),
  })
}

function renderOne(template: string, casts: Casts): ShapeText {
  const ids: number[] = []
  const text = template.replaceAll(/\{(\d+):\w*(?:\[\])?\}/g, (_all, id: string) => {
    ids.push(Number(id))
    const cast = casts[id]
    return cast === undefined ? `$${ids.length}` : `$${ids.length}::${cast}`
  })
  return { text, placeholders: ids, placeOf: (character) => ({ line: 1, column: character }) }
}

describe('proveShapes on PostgreSQL', () => {
  it.each([
    [
      'a comparison with a column',
      'select * from sale where id = {0:string} and day = {1:string} and units = {2:integer}',
    ],
    ['a date with days added to a column', 'select day + {0:integer} from sale'],
    ['a list', 'select * from sale where units = any({0:integer[]}) and note <> all({1:string[]})'],
    ['LIMIT and OFFSET', 'select 1 from sale limit {0:integer} offset {1:integer}'],
    [
      'an insert',
      'insert into sale values ({0:uuid}, {1:date}, {2:number}, {3:integer}, {4:string}, {5:boolean}, {6:array[]})',
    ],
    ['a text that is declared a text', 'select {0:string} as note'],
  ])('casts nothing where the server can tell: %s', async (_what, template) => {
    expect(await prove(template)).toMatchObject({ casts: {}, proved: true, faults: [] })
  })

  it.each([
    ['an integer that would be text', 'select {0:integer} as n', { 0: 'int8' }],
    ['a number that would be text', 'select {0:number} as n', { 0: 'numeric' }],
    ['a boolean that would be text', 'select {0:boolean} as b', { 0: 'bool' }],
    ['a sum of two values', 'select {0:integer} + {1:integer}', { 1: 'int8' }],
    ['days, where only int4 fits', `select date '2020-01-01' + {0:integer}`, { 0: 'int4' }],
    ['a value of which only its being null is asked', 'select 1 where {0:string} is null', { 0: 'text' }],
    [
      'two values of any type',
      `select jsonb_build_object('a', {0:integer}, 'b', {1:string})`,
      { 0: 'int8', 1: 'text' },
    ],
    ['a function of many types', 'select sum({0:number})', { 0: 'numeric' }],
    ['a function of our own that would take the text', 'select ambiguous({0:integer})', { 0: 'int8' }],
    ['a position in an array of json', `select '[1]'::jsonb -> {0:integer}`, { 0: 'int4' }],
    ['a part of a date', 'select extract(year from {0:date})', { 0: 'date' }],
    ['a list of numbers that would be texts', `select array_to_string({0:integer[]}, ',')`, { 0: 'int8[]' }],
    ['a list of which nothing else is known', 'select cardinality({0:integer[]})', { 0: 'int8[]' }],
  ])('casts %s', async (_what, template, casts) => {
    const proof = await prove(template)
    expect(proof).toMatchObject({ proved: true, faults: [] })
    expect(proof.casts).toEqual(casts)
  })

  it('takes the cast that prepares in every text of the template', async () => {
    const proof = await prove('select {0:integer} as n', `select date '2020-01-01' + {0:integer}`)
    expect(proof).toMatchObject({ casts: { 0: 'int4' }, faults: [] })
    expect(proof.shapes.map(({ text }) => text)).toEqual([
      'select $1::int4 as n',
      `select date '2020-01-01' + $1::int4`,
    ])
  })

  it('keeps the index of a column that it compares with', async () => {
    const { shapes } = await prove('select 1 from sale where units = {0:integer}')
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query('set enable_seqscan = off')
    await client.query(`prepare probe as ${shapes[0]?.text ?? ''}`)
    const { rows } = await client.query(`explain execute probe(1)`)
    await client.end()
    expect(JSON.stringify(rows)).toContain('Index Cond')
  })

  it.each([
    ['an unknown column', 'select nope from sale', 'column "nope" does not exist', 8],
    ['a misspelt word', 'selec 1', 'syntax error at or near "selec"', 1],
    ['an unknown function', 'select nofunction({0:integer})', 'function nofunction(unknown) does not exist', 8],
    ['types that never fit', 'select id + 1 from sale', 'operator does not exist: uuid + integer', 11],
  ])('reports %s at its place', async (_what, template, message, column) => {
    expect(await prove(template)).toMatchObject({ proved: true, faults: [{ message, line: 1, column }] })
  })

  it('reports a fault that all shapes share once', async () => {
    const proof = await prove('select nope from sale', 'select nope from sale where units = {0:integer}')
    expect(proof.faults).toHaveLength(1)
  })

  it('refuses statements that control the transaction, which the server would prepare', async () => {
    expect(await prove('commit')).toMatchObject({ faults: [{ line: 1, column: 1 }] })
  })

  it('says of each text whether it leaves the session clean and whether it reads', async () => {
    const proof = await prove(
      'select lower(note) from sale',
      `select set_config('a.b', 'c', false)`,
      'delete from sale',
    )
    expect(proof.shapes).toEqual([
      { text: 'select lower(note) from sale', clean: true, reads: true },
      { text: `select set_config('a.b', 'c', false)`, clean: false },
      { text: 'delete from sale', clean: false, reads: false },
    ])
  })

  it('leaves what cannot be prepared now unproved, without a fault', async () => {
    const render = (): readonly ShapeText[] => [{ text: 'select 1', placeholders: [] }]
    const prepare = (): Promise<never> => Promise.reject(new AppError('DATASOURCE_REFUSED', 'connect ECONNREFUSED'))
    expect(await proveShapes({ render, placeholders: [], prepare })).toEqual({
      casts: {},
      shapes: [{ text: 'select 1', clean: true, reads: true }],
      proved: false,
      faults: [],
      unreachable: 'connect ECONNREFUSED',
    })
  })

  it('finds what is no SQL at all without a data source', async () => {
    const render = (): readonly ShapeText[] => [
      { text: 'select a fro t', placeholders: [], placeOf: (character) => ({ line: 2, column: character }) },
    ]
    expect(await proveShapes({ render, placeholders: [], prepare: undefined })).toMatchObject({
      proved: false,
      faults: [{ line: 2, column: 14 }],
    })
  })
})
