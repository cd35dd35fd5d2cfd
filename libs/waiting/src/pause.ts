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

/**
 * Runs a task with a signal of its own that aborts after `ms` and with the outer one, and rejects then even if the task does not heed
 * its signal. The timer never outlives the task.
 */
export async function withDeadline<T>(
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
    return await Promise.race([task(inner.signal), rejectedBy(inner.signal)])
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', abort)
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
