import type { BindValue } from '../driver.js'
import { clean, rowsOf, run, type Cases } from './subject.js'

const HOSTILE: readonly string[] = [
  '',
  ' ',
  "'",
  "''; drop table note; --",
  "' or 1=1 --",
  '\\',
  "\\'",
  '"$1"',
  '$1 $2 ? :name',
  '/* */ -- \n#',
  '{{ x }}{% y %}',
  'NULL',
  '\u{1f600}\u0301\u202e\ufeff',
  'x'.repeat(100_000),
  '\u0001\t\r\n\u007f',
]

/** Cells by type, and binds that come back as they went. */
export function valueCases({ api, sql, it }: Cases): void {
  for (const { what, text, binds, cell, encoding, type } of sql.values) {
    it(`gives ${what} as ${cell === null ? 'null' : `${encoding} ${cell}`}`, async (driver) => {
      const [result] = await driver.query([clean(text, binds ?? [])], run())
      if (result?.kind !== 'rows') throw new Error('no rows')
      api.expect(result.rows).toEqual([[cell]])
      api.expect(result.fields[0]).toMatchObject({ encoding, ...(type !== undefined && { type }) })
    })
  }

  it('binds values: what looks like SQL comes back as the text that it is', async (driver) => {
    for (const text of HOSTILE) {
      api.expect(rowsOf(await driver.query([clean(sql.echo, [text])], run()))).toEqual([[text]])
    }
  })

  it('binds null, numbers, big integers and booleans', async (driver) => {
    const cases: readonly (readonly [BindValue, string | null])[] = [
      [null, null],
      [0, '0'],
      [-1.5, '-1.5'],
      [9_007_199_254_740_993n, '9007199254740993'],
      [true, sql.echoedTrue ?? 'true'],
    ]
    for (const [value, cell] of cases) {
      api.expect(rowsOf(await driver.query([clean(sql.echo, [value])], run()))).toEqual([[cell]])
    }
  })

  it('names the fields also when there are no rows', async (driver) => {
    const [result] = await driver.query([clean(sql.series(0))], run())
    api.expect(result).toMatchObject({ kind: 'rows', rows: [], truncated: false, fields: [{ name: 'n' }] })
  })

  it('gives the same answer the hundredth time as the first', async (driver) => {
    for (let n = 0; n < 100; n += 1) {
      api.expect(rowsOf(await driver.query([clean(sql.echo, [String(n)])], run()))).toEqual([[String(n)]])
    }
  })
}
