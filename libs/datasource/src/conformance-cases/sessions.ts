import { clean, failureOf, rowsOf, run, unclean, type Cases } from './subject.js'

/** That no call meets what another left behind. */
export function sessionCases({ api, sql, it }: Cases): void {
  for (const { what, leave, tell } of sql.traces) {
    for (const mode of ['read', 'write'] as const) {
      it(`leaves no ${what} behind after a ${mode}`, async (_driver, subject) => {
        const driver = subject.open({ poolSize: 1 })
        try {
          const before = rowsOf(await driver.query([clean(tell)], run()))
          // A read may be refused what only a write may do; then there is nothing to leave.
          await driver
            .query(
              leave.map((text) => unclean(text)),
              run({ mode }),
            )
            .catch(() => undefined)
          api.expect(rowsOf(await driver.query([clean(tell)], run()))).toEqual(before)
        } finally {
          await driver.close()
        }
      })
    }
  }

  it('is as before after a failed call', async (_driver, subject) => {
    const driver = subject.open({ poolSize: 1 })
    try {
      await failureOf(driver.query([unclean(sql.unknownColumn)], run({ mode: 'write' })))
      await failureOf(driver.query([clean(sql.echo, ['a']), clean(sql.unknownColumn)], run()))
      api.expect(rowsOf(await driver.query([clean(sql.echo, ['x'])], run()))).toEqual([['x']])
    } finally {
      await driver.close()
    }
  })

  it('keeps the statement timeout of one call from the next', async (_driver, subject) => {
    const driver = subject.open({ poolSize: 1 })
    try {
      api.expect(await failureOf(driver.query([clean(sql.sleep)], run({ timeoutMs: 50 })))).toMatchObject({
        code: 'DATASOURCE_TIMEOUT',
      })
      const rows = 200_000
      api.expect(rowsOf(await driver.query([clean(sql.series(rows))], run())).length).toEqual(rows)
    } finally {
      await driver.close()
    }
  })
}
