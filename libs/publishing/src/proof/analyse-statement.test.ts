import { describe, expect, it } from 'vitest'
import { analyseStatement } from './analyse-statement.js'

const CLEAN = [
  'select 1',
  'values (1, $1), (2, null)',
  'select a, count(*) over (partition by b order by c) from t where d = any($1) group by grouping sets ((a), (b)) limit $2',
  'with recursive n as (select 1 as i union all select i + 1 from n where i < 10) select * from n',
  "select coalesce(a, 0), extract(year from b), b at time zone 'UTC', trim(c), position('x' in c), c like $1 escape '!' from t",
  "select jsonb_agg(x), json_object('a' value 1), x ->> 'b' from t, lateral (select 1 as x) s",
  'select pg_catalog.lower(a) from only s.t tablesample system (10)',
  "select * from generate_series(1, 10) with ordinality, xmltable('/a' passing $1 columns b int path 'b')",
  "select case when a is null then current_date else date '2020-01-01' end, row(1, 2), array[1, 2], greatest(1, 2) from t union select 1",
]

const UNCLEAN = [
  ['a function that sets', "select set_config('statement_timeout', '0', false)"],
  ['a function that sleeps', 'select pg_sleep(1)'],
  ['a sequence', "select nextval('s')"],
  ['an advisory lock in a condition', 'select 1 from t where pg_try_advisory_lock(1)'],
  ['a function deep in a join', 'select 1 from a join b on (select dblink_exec($1)) is null'],
  ['a large object', 'select lo_create(0)'],
  ['a notification', "select pg_notify('c', 'x')"],
  ['a function as a table', "select * from pg_ls_dir('.')"],
  ['a function of another schema by the name of a built-in one', 'select public.lower(a) from t'],
  ['an operator of another schema', 'select a operator(public.+) b from t'],
  ['a text that is run as SQL', "select query_to_xml('select 1', true, true, '')"],
  ['a transaction id', 'select txid_current()'],
] as const

const WRITING = [
  ['a data-modifying WITH', 'with d as (delete from t returning *) select * from d'],
  ['SELECT INTO', 'select * into u from t'],
  ['FOR UPDATE', 'select * from t for update'],
  ['FOR SHARE in a subquery', 'select * from (select * from t for share) s'],
  ['INSERT', 'insert into t values ($1) returning a'],
  ['MERGE', 'merge into t using u on t.a = u.a when matched then delete'],
  ['CREATE', 'create table u (a int)'],
  ['TRUNCATE', 'truncate t'],
  ['EXPLAIN ANALYZE of a DELETE', 'explain analyze delete from t'],
] as const

describe('analyseStatement', () => {
  it.each(CLEAN)('lets a pure read run without a transaction: %s', async (text) => {
    expect(await analyseStatement(text)).toMatchObject({
      ok: true,
      kind: 'select',
      clean: true,
      reads: true,
      returnsRows: true,
    })
  })

  it.each(UNCLEAN)('does not call a session clean after %s', async (_what, text) => {
    expect(await analyseStatement(text)).toMatchObject({ ok: true, clean: false, reads: undefined })
  })

  it.each(WRITING)('sees that %s writes', async (_what, text) => {
    expect(await analyseStatement(text)).toMatchObject({ ok: true, clean: false, reads: false })
  })

  it.each([
    ['insert into t values (1)', false],
    ['update t set a = 1 returning a', true],
    ['show search_path', true],
    ['explain select 1', true],
    ['create table u (a int)', false],
    ['call p()', undefined],
  ])('knows whether %s answers with rows', async (text, returnsRows) => {
    expect(await analyseStatement(text)).toMatchObject({ ok: true, returnsRows })
  })

  it.each(['commit', '/* x */ begin', 'rollback to s', "prepare transaction 'x'"])(
    'sees that %s controls the transaction',
    async (text) => {
      expect(await analyseStatement(text)).toMatchObject({ ok: true, controlsTransaction: true, clean: false })
    },
  )

  it('says where a text stops being SQL', async () => {
    expect(await analyseStatement('select a fro t')).toMatchObject({ ok: false, position: 14 })
  })

  it.each([
    ['two statements', 'select 1; select 2'],
    ['none', '-- nothing'],
    ['20 000 brackets', `select ${'('.repeat(20_000)}1${')'.repeat(20_000)}`],
    ['more than 64 KiB', `select '${'x'.repeat(70_000)}'`],
  ])('refuses %s and goes on working', async (_what, text) => {
    expect(await analyseStatement(text)).toMatchObject({ ok: false })
    expect(await analyseStatement('select 1')).toMatchObject({ ok: true, clean: true })
  })
})
