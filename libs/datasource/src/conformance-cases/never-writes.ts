import { clean, failureOf, run, unclean, type Cases } from './subject.js'

/** That a data source which only reads refuses to write in every mode. */
export function neverWritesCases({ api, sql, it }: Cases): void {
  for (const mode of ['read', 'write'] as const) {
    it(`refuses to write for a ${mode}, also when it is only tried out, alone and behind a read`, async (driver) => {
      const writes = [sql.createNotes, ...sql.hiddenWrite.setUp, sql.hiddenWrite.text]
      for (const text of writes) {
        for (const statements of [[clean(text)], [unclean(text)], [clean(sql.echo, ['x']), unclean(text)]]) {
          for (const discard of [false, true]) {
            const failure = await failureOf(driver.query(statements, run({ mode, discard })))
            api.expect(failure).toMatchObject({ code: 'STATEMENT_FAILED' })
          }
        }
      }
    })
  }

  it('refuses to stream a write', async (driver) => {
    const reader = driver.stream(unclean(sql.createNotes), run({ mode: 'write' }))[Symbol.asyncIterator]()
    api.expect(await failureOf(reader.next())).toMatchObject({ code: 'STATEMENT_FAILED' })
  })
}
