import { clean, failureOf, rowsOf, run, unclean, type Cases } from './subject.js'

/** What is written, and when it is committed. */
export function transactionCases({ api, sql, itWrites }: Cases): void {
  const write = run({ mode: 'write' })

  itWrites('counts the rows that a statement changed, and gives those that it returns', async (driver) => {
    await driver.query([unclean(sql.createNotes)], write)
    api.expect(await driver.query([unclean(sql.insertNote, [1, 'a'])], write)).toEqual([{ kind: 'count', count: 1 }])
    const returning = sql.insertNoteReturning
    if (returning !== undefined) {
      api.expect(rowsOf(await driver.query([unclean(returning, [2, 'b'])], write))).toEqual([['2', 'b']])
    }
    api
      .expect(rowsOf(await driver.query([clean(sql.readNotes)], run())))
      .toEqual([['1', 'a'], ...(returning === undefined ? [] : [['2', 'b']])])
  })

  if (sql.writes === 'alone') {
    aloneCases({ api, sql, itWrites })
    return
  }
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

/** Where nothing can be undone, nothing is begun that might have to be. */
function aloneCases({ api, sql, itWrites }: Pick<Cases, 'api' | 'sql' | 'itWrites'>): void {
  itWrites(
    'refuses several statements of which one writes, and a write that is only tried, before any of it has run',
    async (driver) => {
      const write = run({ mode: 'write' })
      await driver.query([unclean(sql.createNotes)], write)
      const insert = unclean(sql.insertNote, [1, 'a'])
      for (const [statements, options] of [
        [[insert, unclean(sql.insertNote, [2, 'b'])], write],
        [[insert, clean(sql.readNotes)], write],
        [[insert], run({ mode: 'write', discard: true })],
      ] as const) {
        api.expect(await failureOf(driver.query(statements, options))).toMatchObject({ code: 'STATEMENT_FAILED' })
      }
      api.expect(rowsOf(await driver.query([clean(sql.readNotes)], run()))).toEqual([])
    },
  )
}

/** What is rolled back. */
export function rollbackCases({ api, sql, itWrites }: Cases): void {
  if (sql.writes === 'alone') return
  const write = run({ mode: 'write' })

  itWrites('undoes all statements when one fails', async (driver) => {
    await driver.query([unclean(sql.createNotes), unclean(sql.insertNote, [1, 'a'])], write)
    const failure = await failureOf(
      driver.query([unclean(sql.insertNote, [2, 'b']), unclean(sql.insertNote, sql.refusedNote ?? [1, 'b'])], write),
    )
    api.expect(failure).toMatchObject({ code: 'STATEMENT_REJECTED' })
    api.expect(rowsOf(await driver.query([clean(sql.readNotes)], run()))).toEqual([['1', 'a']])
  })
}

/** That what is only tried leaves nothing behind. */
export function discardCases({ api, sql, itWrites }: Cases): void {
  if (sql.writes === 'alone') return
  itWrites('gives the results of a write that is discarded, and keeps none of it', async (driver) => {
    await driver.query([unclean(sql.createNotes)], run({ mode: 'write' }))
    const insert = unclean(sql.insertNote, [1, 'a'])
    const returning = sql.insertNoteReturning
    const tried = [insert, ...(returning === undefined ? [] : [unclean(returning, [2, 'b'])])]
    const results = await driver.query(tried, run({ mode: 'write', discard: true }))
    api
      .expect(results)
      .toMatchObject([
        { kind: 'count', count: 1 },
        ...(returning === undefined ? [] : [{ kind: 'rows', rows: [['2', 'b']] }]),
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
