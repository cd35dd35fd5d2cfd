import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 10

/**
 * Resolves as soon as the condition holds and rejects when it did not within the time, naming the last error of the condition if it
 * threw. Use it in place of a sleep: a test then waits as long as is needed and not longer.
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { withinMs, what = 'the condition' }: { withinMs: number; what?: string },
): Promise<void> {
  const deadline = performance.now() + withinMs
  let lastError: unknown
  for (;;) {
    try {
      if (await condition()) return
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    if (performance.now() >= deadline)
      throw new Error(`${what} did not hold within ${withinMs} ms`, { cause: lastError })
    await delay(POLL_MS)
  }
}
