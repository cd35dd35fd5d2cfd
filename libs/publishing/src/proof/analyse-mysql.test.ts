import { describe, expect, it } from 'vitest'
import { analyseMysql } from './analyse-mysql.js'

describe('analyseMysql', () => {
  it.each([
    'select 1',
    'SELECT a, count(*) FROM t WHERE b IN (?, ?) GROUP BY a -- for update',
    'with x as (select 1) select * from x',
    `select 'into outfile @x sleep(1)' from \`for\``,
    'select coalesce(a, ?) from t # lock in share mode\n where b is null;',
    'values (1, 2)',
  ])('calls clean what only reads: %s', (text) => {
    expect(analyseMysql(text)).toMatchObject({ ok: true, clean: true, reads: true })
  })

  it.each([
    'select * from t for update',
    'select * from t lock in share mode',
    `select 1 into outfile '/tmp/x'`,
    'select 1 into @a',
    'select @a := 1',
    'select @@sql_mode',
    'select sleep(1)',
    'select get_lock(?, 1)',
    'select hidden()',
    'select count (1)',
    'select db.count(1)',
    'select `count`(1)',
    'select /*! sleep(1), */ 1',
    'select /*M!100000 1 */ + 1',
    'select next value for s',
    'with x as (select 1) delete from t',
    'show tables',
    'call p()',
    'set @a = 1',
  ])('leaves to a transaction what may do more: %s', (text) => {
    const analysis = analyseMysql(text)
    expect(analysis).toMatchObject({ ok: true, clean: false })
    expect(analysis.ok && analysis.reads).not.toBe(true)
  })

  it('tells writes, and words of transactions', () => {
    expect(analyseMysql('insert into t values (1)')).toMatchObject({ ok: true, clean: false, reads: false })
    expect(analyseMysql('/* x */ commit')).toMatchObject({ ok: true, controlsTransaction: true })
  })

  it('takes one statement alone', () => {
    expect(analyseMysql('select 1; delete from t')).toMatchObject({ ok: false })
    expect(analyseMysql(`select 'a`)).toMatchObject({ ok: false })
    expect(analyseMysql('-- nothing')).toMatchObject({ ok: false })
  })
})
