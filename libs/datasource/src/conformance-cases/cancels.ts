import { AppError } from '@penstock/errors'
import { becomes, clean, failureOf, rowsOf, run, unclean, type Cases } from './subject.js'

/** That an aborted call stops on the server, and that call alone. */
export function cancelCases({ api, sql, it }: Cases): void {
  for (const [kind, make, mode] of [
    ['a clean read', clean, 'read'],
    ['a read in a transaction', unclean, 'read'],
    ['a write', unclean, 'write'],
  ] as const) {
    it(`stops ${kind} on the server when it is aborted, with the reason of its signal`, async (driver, subject) => {
      const call = new AbortController()
      const failed = failureOf(driver.query([make(sql.sleep)], run({ signal: call.signal, mode, timeoutMs: 60_000 })))
      await becomes(
        (running) => running === 1,
        () => subject.running('conformance_sleep'),
      )
      call.abort(new AppError('REQUEST_TIMEOUT', 'the caller is gone'))
      api.expect(await failed).toMatchObject({ code: 'REQUEST_TIMEOUT' })
      await becomes(
        (running) => running === 0,
        () => subject.running('conformance_sleep'),
      )
      api.expect(rowsOf(await driver.query([clean(sql.echo, ['x'])], run()))).toEqual([['x']])
    })
  }

  it('does nothing for a call that was aborted before it began', async (driver) => {
    const gone = AbortSignal.abort('gone')
    await driver.query([clean(sql.echo, ['warm'])], run())
    api.expect(await failureOf(driver.query([clean(sql.echo, ['x'])], run({ signal: gone })))).toMatchObject({
      code: 'DATASOURCE_TIMEOUT',
    })
    const reader = driver.stream(clean(sql.echo, ['x']), run({ signal: gone }))[Symbol.asyncIterator]()
    api.expect(await failureOf(reader.next())).toMatchObject({ code: 'DATASOURCE_TIMEOUT' })
  })

  it('never lets the cancel of one call stop another', async (driver) => {
    for (let round = 0; round < 30; round += 1) {
      const call = new AbortController()
      const aborted = driver.query([clean(sql.series(2000))], run({ signal: call.signal })).catch(() => undefined)
      const kept = driver.query([clean(sql.echo, [String(round)])], run())
      call.abort('gone')
      await aborted
      api.expect(rowsOf(await kept)).toEqual([[String(round)]])
      api.expect(rowsOf(await driver.query([clean(sql.echo, ['next'])], run()))).toEqual([['next']])
    }
  })
}
