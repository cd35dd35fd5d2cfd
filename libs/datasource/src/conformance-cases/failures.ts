import { becomes, clean, failureOf, run, unclean, type Cases } from './subject.js'

/** What a call fails with. */
export function failureCases({ api, sql, it, itWrites }: Cases): void {
  it('tells a fault of the values from a fault of the statement', async (driver) => {
    api.expect(await failureOf(driver.query([clean(sql.divideBy, [0])], run()))).toMatchObject({
      code: 'STATEMENT_REJECTED',
      open: {},
    })
    api
      .expect(await failureOf(driver.query([clean(sql.unknownColumn)], run())))
      .toMatchObject({ code: 'STATEMENT_FAILED' })
  })

  itWrites('calls a broken constraint a fault of the values', async (driver) => {
    const write = run({ mode: 'write' })
    await driver.query([unclean(sql.createNotes)], write)
    await driver.query([unclean(sql.insertNote, [1, 'a'])], write)
    api
      .expect(await failureOf(driver.query([unclean(sql.insertNote, sql.refusedNote ?? [1, 'b'])], write)))
      .toMatchObject({
        code: 'STATEMENT_REJECTED',
      })
  })

  it('says DATASOURCE_REFUSED when nobody answers', async (_driver, subject) => {
    const driver = subject.openUnreachable()
    api
      .expect(await failureOf(driver.query([clean(sql.echo, ['x'])], run())))
      .toMatchObject({ code: 'DATASOURCE_REFUSED' })
    await driver.close()
  })

  it('keeps the statement timeout on the server', async (driver, subject) => {
    api.expect(await failureOf(driver.query([clean(sql.sleep)], run({ timeoutMs: 100 })))).toMatchObject({
      code: 'DATASOURCE_TIMEOUT',
    })
    api.expect(await failureOf(driver.query([unclean(sql.sleep)], run({ timeoutMs: 100 })))).toMatchObject({
      code: 'DATASOURCE_TIMEOUT',
    })
    await becomes(
      (running) => running === 0,
      () => subject.running('conformance_sleep'),
    )
  })
}
