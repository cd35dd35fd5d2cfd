import { AppError } from '@penstock/errors'
import type { Driver, RunOptions } from './driver.js'

/**
 * A driver whose calls end after `timeoutMs` even when the server does not keep its own statement timeout, for callers without a deadline
 * of their own. The time in a queue counts when this wrapper is outside of `bounded`.
 */
export function deadline(inner: Driver): Driver {
  return {
    async query(statements, options) {
      const call = begin(options)
      try {
        return await inner.query(statements, call.options)
      } finally {
        call.end()
      }
    },
    async *stream(statement, options) {
      const call = begin(options)
      try {
        yield* inner.stream(statement, call.options)
      } finally {
        call.end()
      }
    },
    // Its owner ends it, and its statements have the server's own deadline.
    begin: inner.begin,
    close: () => inner.close(),
  }
}

/** One controller and one timer by hand: AbortSignal.any and AbortSignal.timeout cost 30 times more. */
function begin(options: RunOptions): { readonly options: RunOptions; end(): void } {
  const controller = new AbortController()
  const forward = (): void => controller.abort(options.signal.reason)
  const timer = setTimeout(() => {
    controller.abort(new AppError('DATASOURCE_TIMEOUT', `no answer within ${options.timeoutMs} ms`))
  }, options.timeoutMs)
  options.signal.addEventListener('abort', forward, { once: true })
  if (options.signal.aborted) forward()
  return {
    options: { ...options, signal: controller.signal },
    end() {
      clearTimeout(timer)
      options.signal.removeEventListener('abort', forward)
    },
  }
}
