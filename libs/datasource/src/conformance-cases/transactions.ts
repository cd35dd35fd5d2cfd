import { clean, failureOf, rowsOf, run, unclean, type Cases } from './subject.js'

/** What is written, and when it is committed. */
export function transactionCases({ api, sql, itWrites }: Cases): void {
  const write = run({ mode: 'write' })

  itWrites('counts the rows that a statement changed, and gives those that it returns', async (driver) => {
    await driver.query([unclean(sql.createNotes)], write)
    api.expect(await driver.query([unclean(sql.insertNote, [1, 'a'])], write)).toEqual([{ kind: 'count', count: 1 }])
    api.expect(rowsOf(await driver.query([unclean(sql.insertNoteReturning, [2, 'b'])], write))).toEqual([['2', 'b']])
    api.expect(rowsOf(await driver.query([clean(sql.readNotes)], run()))).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ])
  })

  itWrites(
    'gives the results of several statements in their order, each seeing what those before it wrote',
    async (driver) => {
      const results = await driver.query(
        [
          unclean(sql.createNotes),
          unclean(sql.insertNote, [1, 'a']),
          clean(sql.readNotes),
          unclean(sql.insertNote, [2, 'b']),
        ],
        write,
      )
      api
        .expect(results)
        .toMatchObject([
          { kind: 'count' },
          { kind: 'count', count: 1 },
          { kind: 'rows', rows: [['1', 'a']] },
          { kind: 'count', count: 1 },
        ])
    },
  )
}

/** What is rolled back. */
export function rollbackCases({ api, sql, itWrites }: Cases): void {
  const write = run({ mode: 'write' })

  itWrites('undoes all statements when one fails', async (driver) => {
    await driver.query([unclean(sql.createNotes), unclean(sql.insertNote, [1, 'a'])], write)
    const failure = await failureOf(
      driver.query([unclean(sql.insertNote, [2, 'b']), unclean(sql.insertNote, [1, 'again'])], write),
    )
    api.expect(failure).toMatchObject({ code: 'STATEMENT_REJECTED' })
    api.expect(rowsOf(await driver.query([clean(sql.readNotes)], run()))).toEqual([['1', 'a']])
  })
}

/** That what is only tried leaves nothing behind. */
export function discardCases({ api, sql, itWrites }: Cases): void {
  itWrites('gives the results of a write that is discarded, and keeps none of it', async (driver) => {
    await driver.query([unclean(sql.createNotes)], run({ mode: 'write' }))
    const tried = [unclean(sql.insertNote, [1, 'a']), unclean(sql.insertNoteReturning, [2, 'b'])]
    const results = await driver.query(tried, run({ mode: 'write', discard: true }))
    api.expect(results).toMatchObject([
      { kind: 'count', count: 1 },
      { kind: 'rows', rows: [['2', 'b']] },
    ])
    api.expect(rowsOf(await driver.query([clean(sql.readNotes)], run()))).toEqual([])
  })
}

/** That a read cannot write. */
export function readOnlyCases({ api, sql, it, itWrites }: Cases): void {
  const write = run({ mode: 'write' })

  itWrites('refuses to write for a read, however it is asked', async (driver) => {
    await driver.query([unclean(sql.createNotes)], write)
    for (const text of sql.hiddenWrite.setUp) await driver.query([unclean(text)], write)
    const insert = sql.insertNote
    const attempts = [
      [unclean(insert, [1, 'x'])],
      [clean(insert, [1, 'x'])],
      [clean(sql.readNotes), unclean(insert, [1, 'x'])],
      [clean(sql.readNotes), clean(insert, [1, 'x'])],
      [unclean(sql.hiddenWrite.text)],
      [clean(sql.hiddenWrite.text)],
      [clean(sql.readNotes), clean(sql.hiddenWrite.text)],
    ]
    for (const statements of attempts) {
      api.expect(await failureOf(driver.query(statements, run()))).toMatchObject({ code: 'STATEMENT_FAILED' })
    }
    api.expect(rowsOf(await driver.query([clean(sql.readNotes)], run()))).toEqual([])
  })

  it('runs a clean read the same whether the call may write or not', async (driver) => {
    api.expect(rowsOf(await driver.query([clean(sql.echo, ['x'])], write))).toEqual([['x']])
  })
}
