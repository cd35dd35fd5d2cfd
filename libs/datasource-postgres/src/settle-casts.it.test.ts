import {
  settleCasts,
  type CastablePlaceholder,
  type CastableText,
  type Casts,
  type Inspector,
  type Settled,
} from '@penstock/datasource'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgresInspector } from './open-inspector.js'
import { settingsOf } from '@penstock/datasource/conformance'

let database: FreshDatabase
let admin: Client
let inspector: Inspector

beforeAll(async () => {
  database = await freshDatabase()
  admin = new Client({ connectionString: database.url })
  await admin.connect()
  await admin.query(`create table sale (id uuid primary key, day date, amount numeric, units int, note text, ok boolean, tags int[]);
    create index on sale (units);
    create function ambiguous(a int8) returns text language sql immutable as $$ select 'int8' $$;
    create function ambiguous(a text) returns text language sql immutable as $$ select 'text' $$;`)
  inspector = openPostgresInspector(settingsOf(database.url))
})
afterAll(async () => {
  await inspector.close()
  await admin.end()
  await database.drop()
})

/** Texts with `{id:type}` for placeholders; `{id:type[]}` is a list. */
function settle(...templates: readonly string[]): Promise<Settled> {
  const placeholders: CastablePlaceholder[] = []
  for (const [, id, type, list] of templates.join(' ').matchAll(/\{(\d+):(\w*)(\[\])?\}/g)) {
    placeholders[Number(id)] = { id: Number(id), list: list !== undefined, type: type === '' ? undefined : type }
  }
  const render = (casts: Casts): readonly CastableText[] => templates.map((template) => renderOne(template, casts))
  const { signal } = new AbortController()
  return settleCasts({ render, placeholders, prepare: (texts) => inspector.prepare(texts, signal) })
}

function renderOne(template: string, casts: Casts): CastableText {
  const ids: number[] = []
  const text = template.replaceAll(/\{(\d+):\w*(?:\[\])?\}/g, (_all, id: string) => {
    ids.push(Number(id))
    const cast = casts[id]
    return cast === undefined ? `$${ids.length}` : `$${ids.length}::${cast}`
  })
  return { text, placeholders: ids }
}

const prepares = ({ texts }: Settled): boolean => texts.every(({ outcome }) => outcome.ok)

describe('settleCasts on PostgreSQL', () => {
  it.each([
    [
      'a comparison with a column',
      'select * from sale where id = {0:string} and day = {1:string} and units = {2:integer}',
    ],
    ['a list', 'select * from sale where units = any({0:integer[]}) and note <> all({1:string[]})'],
    ['LIMIT and OFFSET', 'select 1 from sale limit {0:integer} offset {1:integer}'],
    [
      'an insert',
      'insert into sale values ({0:uuid}, {1:date}, {2:number}, {3:integer}, {4:string}, {5:boolean}, {6:array[]})',
    ],
    ['a text that is declared a text', 'select {0:string} as note'],
  ])('casts nothing where the server can tell: %s', async (_what, template) => {
    const settled = await settle(template)
    expect([settled.casts, prepares(settled)]).toEqual([{}, true])
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
    const settled = await settle(template)
    expect([settled.casts, prepares(settled)]).toEqual([casts, true])
  })

  it('takes the cast that prepares in every text of the template', async () => {
    const { casts, texts } = await settle('select {0:integer} as n', `select date '2020-01-01' + {0:integer}`)
    expect(casts).toEqual({ 0: 'int4' })
    expect(texts.map(({ statement }) => statement.text)).toEqual([
      'select $1::int4 as n',
      `select date '2020-01-01' + $1::int4`,
    ])
  })

  it('keeps the index of a column that it compares with', async () => {
    const { texts } = await settle('select 1 from sale where units = {0:integer}')
    await admin.query('set enable_seqscan = off')
    await admin.query(`prepare probe as ${texts[0]?.statement.text ?? ''}`)
    const { rows } = await admin.query(`explain execute probe(1)`)
    expect(JSON.stringify(rows)).toContain('Index Cond')
  })

  it.each([
    ['an unknown function', 'select nofunction({0:integer})', 'function nofunction(unknown) does not exist'],
    ['an unknown column', 'select nope + {0:integer} from sale', 'column "nope" does not exist'],
  ])('leaves %s as it was written, with the fault that the server finds in it', async (_what, template, message) => {
    const { casts, texts } = await settle(template)
    expect(casts).toEqual({})
    expect(texts).toMatchObject([{ outcome: { ok: false, fault: { message } } }])
  })
})
