/** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}

// Full jitter between these keeps a fleet that lost admin from coming back all at once.
const BACKOFF_MS_MIN = 500
const BACKOFF_MS_MAX = 8_000

/** How long to wait before attempt `failures` + 1: grows to 8 s, with full jitter. `random` is from 0 to 1. */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(failures, 10))
  return Math.round(BACKOFF_MS_MIN / 2 + random * (ceiling - BACKOFF_MS_MIN / 2))
}

/** Plus or minus a fifth, so that replicas do not beat in step. */
export function jittered(ms: number, random: number): number {
  return Math.round(ms * (0.8 + 0.4 * random))
}

/** Runs a task with a signal that aborts after `ms` and with the outer one; timer and listener never outlive the task. */
export async function withTimeout<T>(
  ms: number,
  outer: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController()
  const abort = () => inner.abort(new Error(outer.aborted ? 'stopped' : `no answer in ${ms} ms`))
  const timer = setTimeout(abort, ms)
  outer.addEventListener('abort', abort, { once: true })
  if (outer.aborted) abort()
  try {
    return await task(inner.signal)
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', abort)
  }
}
