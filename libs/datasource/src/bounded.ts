import type { Driver } from './driver.js'
import type { Permits } from './permits.js'

/** A driver that never runs more calls at once than there are permits; a stream holds its permit until its reader is done. */
export function bounded(inner: Driver, permits: Permits): Driver {
  return {
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
}
