import type { Driver, Statement, Transaction, TransactionOptions } from '@penstock/datasource'

/** A driver for one run of a script that is only tried. */
export interface TriedDriver extends Driver {
  /** Undoes what was not committed. Never rejects. */
  undo(): Promise<void>
}

/** A driver that leaves nothing behind: each query is rolled back when it has run. */
export function discardingDriver(inner: Driver): Driver {
  return { ...inner, query: (statements, options) => inner.query(statements, { ...options, discard: true }) }
}

/**
 * The same for scripts, whose statements see what earlier ones wrote: all of them go through one transaction, which is never committed. What
 * the script calls a commit keeps it open; what it rolls back is rolled back with all that was written before. A statement that fails ends it,
 * as the server would not take further ones, and the next begins anew.
 */
export function triedDriver(inner: Driver): TriedDriver {
  const { begin } = inner
  if (begin === undefined) return { ...discardingDriver(inner), undo: () => Promise.resolve() }
  let open: Promise<Transaction> | undefined
  const end = async (): Promise<void> => {
    const ending = open
    open = undefined
    try {
      await (await ending)?.rollback()
    } catch {
      // It was never begun; whoever asked for it has been told.
    }
  }
  const run = async (statement: Statement, options: TransactionOptions, caps: Parameters<Transaction['query']>[1]) => {
    open ??= begin(options)
    try {
      return await (await open).query(statement, caps)
    } catch (error) {
      await end()
      throw error
    }
  }
  return {
    ...inner,
    async query(statements, options) {
      const results = []
      for (const statement of statements) results.push(await run(statement, options, options))
      return results
    },
    async begin(options) {
      open ??= begin(options)
      await open
      return neverCommitted((statement, caps) => run(statement, options, caps), end)
    },
    undo: end,
  }
}

function neverCommitted(query: Transaction['query'], end: () => Promise<void>): Transaction {
  let failure: unknown
  return {
    async query(statement, caps) {
      if (failure !== undefined) throw failure
      try {
        return await query(statement, caps)
      } catch (error) {
        failure = error
        throw error
      }
    },
    async commit() {
      if (failure !== undefined) throw failure
      return Promise.resolve()
    },
    rollback: end,
  }
}
