import { AppError } from '@penstock/errors'
import type { Driver, GroupReader, Transaction, TransactionOptions } from './driver.js'
import { thenDo } from './in-turns.js'
import type { Permits } from './permits.js'

/** A driver that never runs more calls at once than there are permits; a stream holds its permit until its reader is done. */
export function bounded(inner: GroupReader, permits: Permits): GroupReader
export function bounded(inner: Driver, permits: Permits): Driver
export function bounded(inner: Driver | GroupReader, permits: Permits): Driver | GroupReader {
  const driver: Driver = {
    async query(statements, options) {
      const release = await permits.acquire(options.signal)
      try {
        return await inner.query(statements, options)
      } finally {
        release()
      }
    },
    async *stream(statement, options) {
      const release = await permits.acquire(options.signal)
      try {
        yield* inner.stream(statement, options)
      } finally {
        release()
      }
    },
    ...(inner.begin === undefined ? {} : { begin: (options) => boundedBegin(inner, permits, options) }),
    close: () => inner.close(),
  }
  return 'readTogether' in inner ? { ...driver, ...boundedGroups(inner, permits) } : driver
}

/** A transaction holds its permit until it is over. */
async function boundedBegin(inner: Driver, permits: Permits, options: TransactionOptions): Promise<Transaction> {
  if (inner.begin === undefined) throw new AppError('STATEMENT_FAILED', 'the data source has no transactions')
  const release = await permits.acquire(options.signal)
  try {
    return thenDo(await inner.begin(options), release)
  } catch (error) {
    release()
    throw error
  }
}

/** A group is one statement to the server's connections: it holds one permit. */
function boundedGroups(inner: GroupReader, permits: Permits): Pick<GroupReader, 'mayGroup' | 'readTogether'> {
  return {
    mayGroup: (statement) => inner.mayGroup(statement),
    async readTogether(reads, options) {
      const release = await permits.acquire(options.signal)
      try {
        return await inner.readTogether(reads, options)
      } finally {
        release()
      }
    },
  }
}
