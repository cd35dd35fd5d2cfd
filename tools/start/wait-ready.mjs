import { Fault } from '../services/fault.mjs'

const POLL_MS = 100
const REQUEST_MS_MAX = 2000

/** Resolves when `url` answers 200. Rejects when it did not within the time, with what it answered last, or when `signal` aborts. */
export async function waitReady({ name, url, withinMs, signal }) {
  const deadline = performance.now() + withinMs
  let last = 'nothing'
  while (performance.now() < deadline) {
    signal.throwIfAborted()
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS_MAX) })
      if (response.status === 200) return
      last = `${response.status} ${(await response.text()).slice(0, 300)}`
    } catch (error) {
      last = error.cause?.code ?? error.message
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  throw new Fault(
    `${name} was not ready within ${withinMs / 1000} s; ${url} last answered: ${last}.`,
    'Its own lines above say why.',
  )
}
