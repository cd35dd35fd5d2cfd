import { AppError } from '@penstock/errors'
import type { RunOptions, Statement, StatementResult, Transaction } from './driver.js'

/** A connection inside of a transaction, as a driver has it. */
export interface TransactionSession {
  run(statement: Statement, caps: Pick<RunOptions, 'rowsMax' | 'bytesMax'>): Promise<StatementResult>
  /** Commits and gives the connection back, also when it rejects. */
  commit(): Promise<void>
  /** Rolls back and gives the connection back. Never rejects. */
  undo(): Promise<void>
}

/**
 * A transaction over a session: one statement at a time in the order in which they were given, and nothing but a rollback after the first that
 * failed. Servers disagree about what a failed statement leaves of its transaction; here it is the same for all.
 */
export function inTurns(session: TransactionSession): Transaction {
  let last: Promise<unknown> = Promise.resolve()
  let failed = false
  let isOver = false
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
  return {
    query: (statement, caps) =>
      inTurn(async () => {
        if (isOver) throw new AppError('STATEMENT_FAILED', 'the transaction is over')
        if (failed)
          throw new AppError('STATEMENT_FAILED', 'a statement of the transaction failed: it can only be rolled back')
        try {
          return await session.run(statement, caps)
        } catch (error) {
          failed = true
          throw error
        }
      }),
    commit: () =>
      inTurn(async () => {
        if (isOver) throw new AppError('STATEMENT_FAILED', 'the transaction is over')
        isOver = true
        if (!failed) return await session.commit()
        await session.undo()
        throw new AppError('STATEMENT_FAILED', 'nothing was committed: a statement of the transaction had failed')
      }),
    rollback: () =>
      inTurn(async () => {
        if (isOver) return
        isOver = true
        await session.undo()
      }),
  }
}

/** The same transaction, with something to be done once it is over. */
export function thenDo(transaction: Transaction, done: () => void): Transaction {
  return {
    query: (statement, caps) => transaction.query(statement, caps),
    commit: () => transaction.commit().finally(done),
    rollback: () => transaction.rollback().finally(done),
  }
}
