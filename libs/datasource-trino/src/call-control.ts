import { abortFailure, type RunOptions } from '@penstock/datasource'
import { AppError } from '@penstock/errors'

// The server keeps the timeout itself; this is for one that does not answer.
const OUTER_GRACE_MS = 500
const TIMER_MS_MAX = 2 ** 31 - 1

/** One signal for what may end a call: its caller, or its time. */
export interface CallControl {
  readonly signal: AbortSignal
  /** Must be called when the call is over. */
  end(): void
}

/** Aborts with the failure that the call shall have. */
export function controlCall({ signal, timeoutMs }: Pick<RunOptions, 'signal' | 'timeoutMs'>): CallControl {
  if (signal.aborted) throw abortFailure(signal)
  const call = new AbortController()
  const abort = (): void => call.abort(abortFailure(signal))
  const late = (): void => call.abort(new AppError('DATASOURCE_TIMEOUT', `no end within ${timeoutMs} ms`))
  const timer = setTimeout(late, Math.min(timeoutMs + OUTER_GRACE_MS, TIMER_MS_MAX))
  signal.addEventListener('abort', abort, { once: true })
  return {
    signal: call.signal,
    end: () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    },
  }
}
