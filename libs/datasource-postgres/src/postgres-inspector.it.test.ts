import type { Inspector } from '@penstock/datasource'
import { freePort, freshDatabase, type FreshDatabase } from '@penstock/testing'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgresInspector } from './open-inspector.js'
import { settingsOf } from '@penstock/datasource/conformance'

let database: FreshDatabase
let admin: Client
let inspector: Inspector
const { signal } = new AbortController()

beforeAll(async () => {
  database = await freshDatabase()
  admin = new Client({ connectionString: database.url })
  await admin.connect()
  await admin.query(`create type mood as enum ('good', 'bad');
    create table person (id int primary key, name varchar(20) not null, mood mood, gone int);
    alter table person drop column gone;
    create view named as select name from person;
    create materialized view counted as select count(*) as n from person;
    create table parted (a int) partition by range (a);
    create table part_1 partition of parted for values from (1) to (2);
    create schema hidden; create table hidden.secret (a int);
    create role reader_${process.pid} login password 'reader';
    grant select (id, mood) on person to reader_${process.pid}`)
  inspector = openPostgresInspector(settingsOf(database.url))
})
afterAll(async () => {
  await inspector.close()
  await admin.query(`drop owned by reader_${process.pid}; drop role reader_${process.pid}`)
  await admin.end()
  await database.drop()
})

describe('probe', () => {
  it('tells the version of the server and how long it took to ask', async () => {
    const probe = await inspector.probe(signal)
    expect(probe.serverVersion).toMatch(/^\d+\.\d+/)
    expect(probe.latencyMs).toBeGreaterThan(0)
  })

  it.each([
    ['nobody answers', async () => ({ port: await freePort() })],
    ['the password is wrong', async () => ({ password: 'wrong' })],
    ['there is no password', async () => ({ password: undefined })],
    ['the database does not exist', async () => ({ database: 'nowhere' })],
    ['the server speaks no TLS', async () => ({ ssl: { mode: 'require' as const } })],
  ])('is refused when %s', async (_what, change) => {
    const broken = openPostgresInspector(settingsOf(database.url, await change()))
    await expect(broken.probe(signal)).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
    await broken.close()
  })
})

describe('prepare', () => {
  it('names the types of placeholders and columns, also those of the database itself', async () => {
    const [outcome] = await inspector.prepare(
      ['select id, array[mood] as moods from person where mood = $1 and name = $2'],
      signal,
    )
    expect(outcome).toEqual({
      ok: true,
      prepared: {
        paramTypes: ['mood', 'text'],
        fields: [
          { name: 'id', type: 'int4', encoding: 'raw' },
          { name: 'moods', type: '_mood', encoding: 'raw' },
        ],
      },
    })
  })

  it('says that a statement without rows has no columns, and runs none', async () => {
    const [outcome] = await inspector.prepare([`insert into person values (1, 'a', null)`, 'drop table person'], signal)
    expect(outcome).toMatchObject({ ok: true, prepared: { fields: null } })
    expect((await admin.query('select * from person')).rows).toEqual([])
  })

  it('goes on after a fault and says where it is', async () => {
    const outcomes = await inspector.prepare(
      ['select nope from person', 'select 1', 'select $1 is null', 'select 1; select 2'],
      signal,
    )
    expect(outcomes).toMatchObject([
      { ok: false, fault: { code: '42703', position: 8 } },
      { ok: true },
      { ok: false, fault: { code: '42P18' } },
      { ok: false, fault: { code: '42601' } },
    ])
  })

  it('counts the position in characters, whatever bytes they take', async () => {
    const [outcome] = await inspector.prepare([`select 'é😀', nope`], signal)
    expect(outcome).toMatchObject({ ok: false, fault: { position: 14 } })
  })

  it('fails when the server is not there', async () => {
    const away = openPostgresInspector(settingsOf(database.url, { port: await freePort() }))
    await expect(away.prepare(['select 1'], signal)).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
    await away.close()
  })

  it('ends when it is aborted', async () => {
    await expect(inspector.prepare(['select 1'], AbortSignal.abort('gone'))).rejects.toMatchObject({
      code: 'DATASOURCE_TIMEOUT',
    })
  })
})

describe('tables', () => {
  it('lists tables and views with their columns, partitions and dropped columns left out', async () => {
    const tables = await inspector.tables({ tablesMax: 100, signal })
    expect(tables.map(({ schema, name, kind }) => `${schema}.${name} ${kind}`)).toEqual([
      'hidden.secret table',
      'public.counted materialized view',
      'public.named view',
      'public.parted table',
      'public.person table',
    ])
    expect(tables.at(-1)?.columns).toEqual([
      { name: 'id', type: 'integer', nullable: false },
      { name: 'name', type: 'character varying(20)', nullable: false },
      { name: 'mood', type: 'mood', nullable: true },
    ])
  })

  it('shows only what the user may read', async () => {
    const reader = openPostgresInspector(
      settingsOf(database.url, { username: `reader_${process.pid}`, password: 'reader' }),
    )
    const tables = await reader.tables({ tablesMax: 100, signal })
    await reader.close()
    expect(tables).toMatchObject([{ name: 'person', columns: [{ name: 'id' }, { name: 'mood' }] }])
    expect(tables).toHaveLength(1)
  })

  it('stops at the number that is asked for', async () => {
    expect(await inspector.tables({ tablesMax: 2, signal })).toHaveLength(2)
  })
})
