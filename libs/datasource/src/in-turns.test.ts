import { AppError } from '@penstock/errors'
import { describe, expect, it } from 'vitest'
import { inTurns, type Statement, type StatementResult } from './index.js'

const CAPS = { rowsMax: undefined, bytesMax: undefined }
const statement = (text: string): Statement => ({ text, values: [], clean: false })

/** A session that says what it is asked for; a text that begins with `fail` fails. */
function session() {
  const asked: string[] = []
  const transaction = inTurns({
    async run({ text }): Promise<StatementResult> {
      asked.push(`begin ${text}`)
      await Promise.resolve()
      asked.push(`end ${text}`)
      if (text.startsWith('fail')) throw new AppError('STATEMENT_REJECTED')
      return { kind: 'count', count: 1 }
    },
    commit: async () => void asked.push('commit'),
    undo: async () => void asked.push('undo'),
  })
  return { asked, transaction, query: (text: string) => transaction.query(statement(text), CAPS) }
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: unknown) => (error as AppError).code,
  )

describe('a transaction in turns', () => {
  it('runs one statement at a time, in their order, and ends after them', async () => {
    const { asked, transaction, query } = session()
    await Promise.all([query('a'), query('b'), transaction.commit()])
    expect(asked).toEqual(['begin a', 'end a', 'begin b', 'end b', 'commit'])
  })

  it('takes nothing but a rollback once a statement has failed', async () => {
    const { asked, transaction, query } = session()
    expect(await Promise.all([query('fail'), query('b'), transaction.commit(), query('c')].map(codeOf))).toEqual([
      'STATEMENT_REJECTED',
      'STATEMENT_FAILED',
      'STATEMENT_FAILED',
      'STATEMENT_FAILED',
    ])
    await transaction.rollback()
    expect(asked).toEqual(['begin fail', 'end fail', 'undo'])
  })

  it('is over once: what comes after is refused, and a rollback does nothing', async () => {
    const { asked, transaction, query } = session()
    await transaction.commit()
    await transaction.rollback()
    expect([await codeOf(query('a')), await codeOf(transaction.commit())]).toEqual([
      'STATEMENT_FAILED',
      'STATEMENT_FAILED',
    ])
    expect(asked).toEqual(['commit'])
  })
})
