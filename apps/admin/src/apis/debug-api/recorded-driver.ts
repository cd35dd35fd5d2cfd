import type { Driver, Transaction, TransactionOptions } from '@penstock/datasource'
import type { DebugRecord } from './debug-record.js'

/** A driver that writes down what is sent. */
export function recordedDriver(inner: Driver, source: string, record: DebugRecord): Driver {
  const { begin } = inner
  return {
    async query(statements, options) {
      const answered = statements.map((statement) => record.sent(options.mode, source, statement))
      const results = await inner.query(statements, options)
      for (const note of answered) note()
      return results
    },
    stream: (statement, options) => inner.stream(statement, options),
    begin:
      begin === undefined
        ? undefined
        : async (options) => recordedTransaction(await begin(options), options, source, record),
    close: () => inner.close(),
  }
}

function recordedTransaction(
  inner: Transaction,
  { mode }: TransactionOptions,
  source: string,
  record: DebugRecord,
): Transaction {
  return {
    async query(statement, caps) {
      const answered = record.sent(mode, source, statement)
      const result = await inner.query(statement, caps)
      answered()
      return result
    },
    commit: () => inner.commit(),
    rollback: () => inner.rollback(),
  }
}
