import type { Driver, GroupReader } from './driver.js'
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
    close: () => inner.close(),
  }
  return 'readTogether' in inner ? { ...driver, ...boundedGroups(inner, permits) } : driver
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
