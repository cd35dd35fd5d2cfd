import { describe, expect, it } from 'vitest'
import { analyseDuckdb } from './analyse-duckdb.js'

describe('analyseDuckdb', () => {
  it.each([
    'SELECT 1',
    'FROM sales',
    '-- why\n WITH a AS (SELECT 1) FROM a',
    '(VALUES (1))',
    'SUMMARIZE sales',
    'SELECT 1;',
  ])('knows that %j reads', (text) => expect(analyseDuckdb(text)).toMatchObject({ ok: true, reads: true, clean: true }))

  it.each([
    "COPY sales TO 'x'",
    'INSERT INTO a VALUES (1)',
    'PRAGMA x',
    "ATTACH 'x'",
    'INSTALL httpfs',
    'EXPLAIN ANALYZE FROM a',
  ])('does not take %j for a read', (text) =>
    expect(analyseDuckdb(text)).toMatchObject({ ok: true, reads: false, clean: false }),
  )

  it('tells what ends a transaction, and what is not one statement', () => {
    expect(analyseDuckdb('COMMIT')).toMatchObject({ ok: true, controlsTransaction: true })
    expect(analyseDuckdb('SELECT 1; SELECT 2')).toMatchObject({ ok: false })
    expect(analyseDuckdb('-- nothing')).toMatchObject({ ok: false })
  })
})
