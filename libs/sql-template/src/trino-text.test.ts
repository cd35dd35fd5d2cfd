import { describe, expect, it } from 'vitest'
import { readTrinoText } from './trino-text.js'

describe('what a Trino text does', () => {
  it.each([
    'SELECT 1',
    '-- note\n(SELECT a FROM b) UNION (TABLE c)',
    'WITH x AS (SELECT 1) SELECT * FROM x',
    'VALUES 1, 2',
    'TABLE t',
    'SELECT \'insert into t\', "delete" FROM t',
    'SELECT n FROM TABLE(sequence(1, 10)) AS t(n)',
    'SELECT n FROM table ( sequence (1, 10)) AS t(n)',
  ])('a query: %s', (text) => {
    expect(readTrinoText(text)).toMatchObject({ query: true, reads: true, controls: false, broken: false })
  })

  it.each([
    'SHOW TABLES',
    'DESCRIBE t',
    'EXPLAIN SELECT 1',
    'EXPLAIN ANALYZE VERBOSE SELECT 1',
    'EXPLAIN (TYPE IO, FORMAT JSON) SELECT 1',
  ])('a read that is no query: %s', (text) => {
    expect(readTrinoText(text)).toMatchObject({ query: false, reads: true })
  })

  it.each([
    'INSERT INTO t SELECT 1',
    'CREATE TABLE t AS SELECT 1',
    'CALL system.runtime.kill_query()',
    'EXPLAIN ANALYZE INSERT INTO t VALUES 1',
    'EXPLAIN ANALYZE VERBOSE DELETE FROM t',
    'EXPLAIN (TYPE LOGICAL) CREATE TABLE t (a int)',
    'ANALYZE t',
    'MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE',
    "SELECT * FROM TABLE(pg.system.query(query => 'delete from t'))",
    'SELECT * FROM TABLE("pg"."system"."query"(query => \'delete from t\'))',
    'SELECT * FROM TABLE("f"(sequence(1, 2)))',
    "SELECT * FROM table /* x */ (pg.system.query(query => 'x'))",
    "SELECT 1 --\r FROM TABLE(pg.system.query(query => 'x'))",
    "WITH x AS (SELECT * FROM TABLE(es.system.raw_query('x'))) SELECT * FROM x",
  ])('not known to read: %s', (text) => {
    expect(readTrinoText(text)).toMatchObject({ query: false, reads: false })
  })

  it.each([
    'SET SESSION a = 1',
    'USE a.b',
    'START TRANSACTION',
    'COMMIT',
    "EXECUTE IMMEDIATE 'DELETE FROM t'",
    'RESET SESSION a',
    'PREPARE a FROM SELECT 1',
  ])('about a session: %s', (text) => {
    expect(readTrinoText(text)).toMatchObject({ controls: true, reads: false })
  })

  it.each(['', ' -- nothing', 'SELECT 1; DELETE FROM t', "SELECT 'a", 'SELECT /* a'])('broken: %j', (text) => {
    expect(readTrinoText(text).broken).toBe(true)
  })
})
