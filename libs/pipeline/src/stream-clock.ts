import type { CallSignal } from './call-signal.js'
import { overdue } from './datasource-of-call.js'

/** The deadline of a streamed call. */
export interface StreamClock {
  /** The data source has been asked for more. */
  waiting(): void
  /** It has answered; what follows is the reader's time. */
  answered(): void
  stop(): void
}

/**
 * An API's own timeout_ms is the deadline of the whole call, however long its reader takes. Without one, each wait for the data source may
 * take `waitMsMax`: how long a million rows take is up to the reader, who is watched by the writing side.
 */
export function streamClock(signal: CallSignal, totalMs: number | undefined, waitMsMax: number): StreamClock {
  const arm = (ms: number) => setTimeout(() => signal.abort(overdue(ms)), ms)
  let timer = totalMs === undefined ? undefined : arm(totalMs)
  const stop = (): void => clearTimeout(timer)
  if (totalMs !== undefined) return { waiting: () => undefined, answered: () => undefined, stop }
  return {
    waiting() {
      clearTimeout(timer)
      timer = arm(waitMsMax)
    },
    answered: stop,
    stop,
  }
}
