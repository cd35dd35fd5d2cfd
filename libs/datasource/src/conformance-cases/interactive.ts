import type { Driver, Transaction, TransactionOptions } from '../driver.js'
import { becomes, clean, failureOf, rowsOf, run, unclean, type Cases } from './subject.js'

const NO_CAPS = { rowsMax: undefined, bytesMax: undefined }

function begun(driver: Driver, options: Partial<TransactionOptions> = {}): Promise<Transaction> {
  if (driver.begin === undefined) throw new Error('the driver has no transactions')
  return driver.begin({ mode: 'write', signal: new AbortController().signal, timeoutMs: 10_000, ...options })
}

/** Transactions whose statements are not known before. */
export function interactiveCases(cases: Cases): void {
  endCases(cases)
  statementCases(cases)
  abortCases(cases)
}

function words({ sql }: Cases) {
  return {
    notes: async (driver: Driver) => rowsOf(await driver.query([clean(sql.readNotes)], run())),
    created: (driver: Driver) => driver.query([unclean(sql.createNotes)], run({ mode: 'write' })),
    insert: (id: number) => unclean(sql.insertNote, [id, 'x']),
  }
}

/** What is kept, and what is not. */
function endCases(cases: Cases): void {
  const { api, sql, itWrites } = cases
  const { notes, created, insert } = words(cases)

  itWrites('keeps what an interactive transaction did from others until it is committed', async (driver) => {
    await created(driver)
    const transaction = await begun(driver)
    api.expect(await transaction.query(insert(1), NO_CAPS)).toEqual({ kind: 'count', count: 1 })
    api
      .expect(await transaction.query(clean(sql.readNotes), NO_CAPS))
      .toMatchObject({ kind: 'rows', rows: [['1', 'x']] })
    api.expect(await notes(driver)).toEqual([])
    await transaction.commit()
    api.expect(await notes(driver)).toEqual([['1', 'x']])
  })

  itWrites('leaves nothing of a transaction that is rolled back, however often', async (driver) => {
    await created(driver)
    for (let round = 0; round < 8; round += 1) {
      const transaction = await begun(driver)
      await transaction.query(insert(1), NO_CAPS)
      await transaction.rollback()
      await transaction.rollback()
    }
    api.expect(await notes(driver)).toEqual([])
  })

  itWrites('commits nothing once a statement has failed, and says so', async (driver) => {
    await created(driver)
    const transaction = await begun(driver)
    await transaction.query(insert(1), NO_CAPS)
    api.expect(await failureOf(transaction.query(insert(1), NO_CAPS))).toMatchObject({ code: 'STATEMENT_REJECTED' })
    api.expect(await failureOf(transaction.query(insert(2), NO_CAPS))).toMatchObject({ code: 'STATEMENT_FAILED' })
    api.expect(await failureOf(transaction.commit())).toMatchObject({ code: 'STATEMENT_FAILED' })
    api.expect(await failureOf(transaction.query(insert(3), NO_CAPS))).toMatchObject({ code: 'STATEMENT_FAILED' })
    api.expect(await notes(driver)).toEqual([])
  })
}

/** How its statements run. */
function statementCases(cases: Cases): void {
  const { api, sql, itWrites } = cases
  const { notes, created, insert } = words(cases)

  itWrites('runs statements of a transaction one after the other, in their order', async (driver) => {
    await created(driver)
    const transaction = await begun(driver)
    await Promise.all([1, 2, 3].map((id) => transaction.query(insert(id), NO_CAPS)))
    const capped = await transaction.query(clean(sql.readNotes), { rowsMax: 2, bytesMax: undefined })
    api.expect(capped).toMatchObject({
      truncated: true,
      rows: [
        ['1', 'x'],
        ['2', 'x'],
      ],
    })
    await transaction.commit()
    api.expect(await notes(driver)).toEqual([1, 2, 3].map((id) => [String(id), 'x']))
  })

  itWrites('does not write in a transaction that reads', async (driver) => {
    await created(driver)
    const transaction = await begun(driver, { mode: 'read' })
    api.expect(await failureOf(transaction.query(insert(1), NO_CAPS))).toMatchObject({ code: 'STATEMENT_FAILED' })
    await transaction.rollback()
    api.expect(await notes(driver)).toEqual([])
  })
}

/** What an abort leaves. */
function abortCases(cases: Cases): void {
  const { api, sql, itWrites } = cases
  const { notes, created, insert } = words(cases)

  itWrites(
    'stops what an aborted transaction runs, undoes it, and has its place free again',
    async (driver, subject) => {
      await created(driver)
      for (let round = 0; round < 4; round += 1) {
        const call = new AbortController()
        const transaction = await begun(driver, { signal: call.signal })
        await transaction.query(insert(1), NO_CAPS)
        const asleep = failureOf(transaction.query(clean(sql.sleep), NO_CAPS))
        await becomes(
          (count) => count > 0,
          () => subject.running('conformance_sleep'),
        )
        call.abort()
        api.expect(await asleep).toMatchObject({ code: 'DATASOURCE_TIMEOUT' })
        api.expect(await failureOf(transaction.commit())).toMatchObject({ code: 'STATEMENT_FAILED' })
        await becomes(
          (count) => count === 0,
          () => subject.running('conformance_sleep'),
        )
      }
      api.expect(await notes(driver)).toEqual([])
    },
  )

  itWrites('undoes a transaction that is aborted between its statements', async (driver) => {
    await created(driver)
    const call = new AbortController()
    const transaction = await begun(driver, { signal: call.signal })
    await transaction.query(insert(1), NO_CAPS)
    call.abort()
    await failureOf(transaction.commit())
    api.expect(await notes(driver)).toEqual([])
  })
}
