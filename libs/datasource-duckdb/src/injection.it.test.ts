import type { BindValue, Driver, RunOptions } from '@penstock/datasource'
import { canProduce, compileTemplate, render, type SqlProgram } from '@penstock/sql-template'
import fc from 'fast-check'
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDuckdb } from './open-duckdb.js'
import { dataFolder, type DataFolder } from './test/data-folder.js'

const PAYLOADS = [
  "'",
  "''",
  "x' OR '1'='1",
  `x'; COPY note TO 'stolen.csv'; --`,
  `' UNION SELECT content FROM read_text('/etc/passwd') --`,
  `$$ ; ATTACH 'x' ; $$`,
  '$1',
  '"note"',
  '\\',
  "\\' --",
  '%',
  '_\\%',
  '/* */',
  '-- \r\n',
  '\0',
  '{{ v }}',
  'NULL',
  '\u{1f600}\u202e',
]
const run: RunOptions = {
  mode: 'write',
  signal: new AbortController().signal,
  timeoutMs: 20_000,
  rowsMax: undefined,
  bytesMax: undefined,
}

let folder: DataFolder
let driver: Driver

beforeAll(async () => {
  folder = await dataFolder()
  await folder.write('note.csv', 'id,body\n1,first\n')
  driver = openDuckdb(folder.settings(), folder.options)
})
afterAll(async () => {
  await driver.close()
  await folder.drop()
})

function compiled(template: string): SqlProgram {
  const result = compileTemplate(template, { dialect: 'duckdb' })
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return result.program
}

/** The one cell of what the template makes of the values; its text is held to what the template can make of any values. */
async function cellOf(program: SqlProgram, values: Record<string, unknown>): Promise<string | null | undefined> {
  const rendered = render(program, values)
  if (!rendered.ok) throw new Error(JSON.stringify(rendered.faults))
  const texts = rendered.statements.map(({ text }) => text)
  expect(canProduce(program, texts)).toBe(true)
  const statements = rendered.statements.map(({ text, values: binds }) => ({
    text,
    values: binds as readonly BindValue[],
    clean: true,
  }))
  const [result] = await driver.query(statements, run)
  return result?.kind === 'rows' ? result.rows[0]?.[0] : undefined
}

const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...PAYLOADS))
const same = compiled('SELECT {{ v }} AS v')
const like = compiled('SELECT {{ v }} LIKE {{ v | sql_like }} AND NOT {{ other }} LIKE {{ v | sql_like }} AS v')
const among = compiled('SELECT {{ v }} IN {{ l | in_list }} AS v FROM note WHERE id = 1')

describe('values on their way through templates into DuckDB', () => {
  it('are values wherever they stand: equal to themselves, matched by themselves alone, found in lists that hold them', async () => {
    const before = await readdir(folder.root)
    await fc.assert(
      fc.asyncProperty(value, fc.array(value, { maxLength: 5 }), async (v, l) => {
        expect(await cellOf(same, { v })).toBe(v)
        expect(await cellOf(like, { v, other: `${v}x` })).toBe('true')
        expect(await cellOf(among, { v, l })).toBe(String(l.includes(v)))
      }),
      { numRuns: 150, examples: PAYLOADS.map((payload) => [payload, [payload]]) },
    )
    expect(await readdir(folder.root)).toEqual(before)
  })
})
