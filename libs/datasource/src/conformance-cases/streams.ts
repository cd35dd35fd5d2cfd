import type { RowBatch } from '../driver.js'
import { becomes, clean, failureOf, run, unclean, type Cases } from './subject.js'

const ROWS = 20_000
const ENDLESS_ROWS = 2_000_000_000

async function collect(batches: AsyncIterable<RowBatch>): Promise<RowBatch[]> {
  const all: RowBatch[] = []
  for await (const batch of batches) all.push(batch)
  return all
}

/** Batches in order, stopped where their reader stops. */
export function streamCases({ api, sql, it }: Cases): void {
  for (const make of [clean, unclean]) {
    it(`streams all rows in order, in batches of at most 512 (${make === clean ? 'clean' : 'not clean'})`, async (driver) => {
      const batches = await collect(driver.stream(make(sql.series(ROWS)), run()))
      const cells = batches.flatMap(({ rows }) => rows.map((row) => row[0]))
      api.expect(cells).toEqual(Array.from({ length: ROWS }, (_, index) => String(index + 1)))
      api.expect(batches.every(({ rows, truncated }) => rows.length <= 512 && !truncated)).toEqual(true)
    })
  }

  it('makes batches of wide rows small', async (driver) => {
    const batches = await collect(driver.stream(clean(sql.wide(200, 10_000)), run()))
    api.expect(batches.flatMap(({ rows }) => rows).length).toEqual(200)
    api.expect(batches.every(({ rows }) => rows.length <= 7)).toEqual(true)
  })

  it('gives one batch with the fields when there are no rows', async (driver) => {
    api
      .expect(await collect(driver.stream(clean(sql.series(0)), run())))
      .toMatchObject([{ rows: [], fields: [{ name: 'n' }], truncated: false }])
  })

  it('says on its last batch that the cap cut it', async (driver) => {
    const batches = await collect(driver.stream(clean(sql.series(ENDLESS_ROWS)), run({ rowsMax: 1000 })))
    api.expect(batches.flatMap(({ rows }) => rows).length).toEqual(1000)
    api
      .expect(batches.map(({ truncated }) => truncated))
      .toEqual(batches.map((_, index) => index === batches.length - 1))
  })
}

/** Streams that do not reach their end. */
export function streamEndCases({ api, sql, it, itWrites }: Cases): void {
  it('stops the statement on the server when its reader stops, and answers the next call', async (driver, subject) => {
    const reader = driver.stream(clean(sql.series(ENDLESS_ROWS)), run())[Symbol.asyncIterator]()
    await reader.next()
    api.expect(await subject.running(String(ENDLESS_ROWS))).toEqual(1)
    await reader.return?.()
    await becomes(
      (running) => running === 0,
      () => subject.running(String(ENDLESS_ROWS)),
    )
    api
      .expect((await collect(driver.stream(clean(sql.series(3)), run()))).flatMap(({ rows }) => rows).length)
      .toEqual(3)
  })

  it('fails and stops on the server when it is aborted', async (driver, subject) => {
    const call = new AbortController()
    const failure = await failureOf(
      (async () => {
        for await (const { rows } of driver.stream(clean(sql.series(ENDLESS_ROWS)), run({ signal: call.signal }))) {
          if (rows.length > 0) call.abort('gone')
        }
      })(),
    )
    api.expect(failure).toMatchObject({ code: 'DATASOURCE_TIMEOUT' })
    await becomes(
      (running) => running === 0,
      () => subject.running(String(ENDLESS_ROWS)),
    )
  })

  itWrites('refuses to write, and says what is wrong with a statement', async (driver) => {
    await driver.query([unclean(sql.createNotes)], run({ mode: 'write' }))
    const insert = unclean(sql.insertNoteReturning ?? sql.insertNote, [1, 'x'])
    api.expect(await failureOf(collect(driver.stream(insert, run({ mode: 'write' }))))).toMatchObject({
      code: 'STATEMENT_FAILED',
    })
    api.expect(await failureOf(collect(driver.stream(clean(sql.unknownColumn), run())))).toMatchObject({
      code: 'STATEMENT_FAILED',
    })
  })
}
