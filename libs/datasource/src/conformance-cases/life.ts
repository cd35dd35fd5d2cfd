import { clean, failureOf, rowsOf, run, type Cases } from './subject.js'

/** Many calls at once, and the end. */
export function lifeCases({ api, sql, it }: Cases): void {
  it('answers more calls at once than it has connections, each with its own answer', async (driver) => {
    const calls = Array.from({ length: 100 }, (_, n) => driver.query([clean(sql.echo, [String(n)])], run()))
    const answers = await Promise.all(calls)
    api.expect(answers.map((results) => rowsOf(results)[0]?.[0])).toEqual(calls.map((_, n) => String(n)))
  })

  it('lets a call that waits for a connection leave when it is aborted', async (_driver, subject) => {
    const driver = subject.open({ poolSize: 1 })
    const running = new AbortController()
    const waiting = new AbortController()
    const first = failureOf(driver.query([clean(sql.sleep)], run({ signal: running.signal, timeoutMs: 60_000 })))
    const second = failureOf(driver.query([clean(sql.echo, ['x'])], run({ signal: waiting.signal })))
    waiting.abort('gone')
    api.expect(await second).toMatchObject({ code: 'DATASOURCE_TIMEOUT' })
    running.abort('gone')
    await first
    await driver.close()
  })

  it('ends calls in flight before it closes, however often it is told to, and takes no more', async (_driver, subject) => {
    const driver = subject.open({ poolSize: 2 })
    await driver.query([clean(sql.echo, ['warm'])], run())
    const inFlight = driver.query([clean(sql.series(50_000))], run())
    const closing = [driver.close(), driver.close()]
    api.expect(rowsOf(await inFlight).length).toEqual(50_000)
    await Promise.all(closing)
    await driver.close()
    api
      .expect(await failureOf(driver.query([clean(sql.echo, ['x'])], run())))
      .toMatchObject({ code: 'DATASOURCE_REFUSED' })
  })

  it('closes without ever having been used', async (_driver, subject) => {
    await subject.open({ poolSize: 1 }).close()
  })
}
