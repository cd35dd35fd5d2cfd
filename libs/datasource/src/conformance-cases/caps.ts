import { becomes, clean, rowsOf, run, unclean, type Cases } from './subject.js'

// What no computer reads in the time of a test: the cap must cut while reading.
const ENDLESS_ROWS = 2_000_000_000

/** Caps cut while reading, at whole rows, and say so. */
export function capCases({ api, sql, it }: Cases): void {
  it('gives a result of exactly the cap whole', async (driver) => {
    const [result] = await driver.query([clean(sql.series(10))], run({ rowsMax: 10 }))
    api.expect(result).toMatchObject({ kind: 'rows', truncated: false })
    api.expect(result?.kind === 'rows' && result.rows.length).toEqual(10)
  })

  it('cuts an endless result at the cap, says so, and answers the next call', async (driver) => {
    for (let n = 0; n < 3; n += 1) {
      const [result] = await driver.query([clean(sql.series(ENDLESS_ROWS))], run({ rowsMax: 3 }))
      api.expect(result).toMatchObject({ kind: 'rows', truncated: true, rows: [['1'], ['2'], ['3']] })
    }
    api.expect(rowsOf(await driver.query([clean(sql.echo, ['x'])], run()))).toEqual([['x']])
  })

  it('cuts one that is not clean the same way', async (driver) => {
    const [result] = await driver.query([unclean(sql.series(ENDLESS_ROWS))], run({ rowsMax: 2 }))
    api.expect(result).toMatchObject({ kind: 'rows', truncated: true, rows: [['1'], ['2']] })
  })

  it('counts rows over all statements', async (driver) => {
    const results = await driver.query(
      [clean(sql.series(2)), clean(sql.series(5)), clean(sql.series(1))],
      run({ rowsMax: 4 }),
    )
    api.expect(results).toMatchObject([
      { rows: [['1'], ['2']], truncated: false },
      { rows: [['1'], ['2']], truncated: true },
      { rows: [], truncated: true },
    ])
  })

  it('cuts by bytes at the last whole row', async (driver) => {
    const [result] = await driver.query([clean(sql.wide(100, 1000))], run({ bytesMax: 3500 }))
    api.expect(result).toMatchObject({ kind: 'rows', truncated: true })
    api.expect(result?.kind === 'rows' && result.rows.map((row) => row[0]?.length)).toEqual([1000, 1000, 1000])
  })

  it('does not jump over a row that is too large to one that would fit', async (driver) => {
    const results = await driver.query([clean(sql.wide(1, 1000)), clean(sql.series(1))], run({ bytesMax: 500 }))
    api.expect(results).toMatchObject([
      { rows: [], truncated: true },
      { rows: [], truncated: true },
    ])
  })

  it('stops an endless result on the server', async (driver, subject) => {
    await driver.query([clean(sql.series(ENDLESS_ROWS))], run({ rowsMax: 3 }))
    await becomes(
      (running) => running === 0,
      () => subject.running(String(ENDLESS_ROWS)),
    )
  })
}
