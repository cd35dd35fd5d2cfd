import { abortFailure } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import type { Reply } from './exchange.js'

export interface RetryRules {
  readonly signal: AbortSignal
  /** Whether it does no harm when the server gets the request twice. */
  readonly repeatable: boolean
}

// https://trino.io/docs/current/develop/client-protocol.html: 502, 503 and 504 are of a proxy, and the client "should try again in 50-100 ms";
// 429 names its own wait. After this time whoever waits hears of it.
const RETRYING_MS_MAX = 5_000
const PAUSE_MS_MIN = 50
const PAUSE_MS_SPREAD = 50
/** The server may or may not have got the request. */
const DOUBTFUL = new Set([502, 504])
const RESET = new Set(['ECONNRESET', 'EPIPE'])
// A connection that was kept open may have died unnoticed; one that was just opened says something of the server.
const RESETS_MAX = 2

/** Sends a request until it is answered with 200. Rejects with DATASOURCE_REFUSED or DATASOURCE_BUSY for other answers. */
export async function withRetries(send: () => Promise<Reply>, { signal, repeatable }: RetryRules): Promise<Reply> {
  const endMs = performance.now() + RETRYING_MS_MAX
  let resets = 0
  for (;;) {
    const outcome = await attempt(send, signal)
    if (outcome instanceof Error) {
      const reset = 'code' in outcome && typeof outcome.code === 'string' && RESET.has(outcome.code)
      resets += 1
      if (!reset || !repeatable || resets > RESETS_MAX) throw outcome
      await pause(PAUSE_MS_MIN, signal)
      continue
    }
    const { status, headers } = outcome
    if (status === 200) return outcome
    const again = status === 429 || status === 503 || (DOUBTFUL.has(status) && repeatable)
    const waitMs =
      status === 429 ? retryAfterMs(headers['retry-after']) : PAUSE_MS_MIN + Math.random() * PAUSE_MS_SPREAD
    if (!again || performance.now() + waitMs > endMs) throw refusal(outcome)
    await pause(waitMs, signal)
  }
}

async function attempt(send: () => Promise<Reply>, signal: AbortSignal): Promise<Reply | Error> {
  try {
    return await send()
  } catch (error) {
    if (signal.aborted) throw abortFailure(signal)
    return error instanceof Error ? error : new Error(String(error))
  }
}

function refusal({ status, body }: Reply): AppError {
  const said = body.replace(/\s+/g, ' ').slice(0, 200)
  return new AppError(status === 429 ? 'DATASOURCE_BUSY' : 'DATASOURCE_REFUSED', `HTTP ${status} ${said}`.trim())
}

function retryAfterMs(header: string | undefined): number {
  const seconds = Number(header ?? 1)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : 1000
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortFailure(signal))
      return
    }
    const abort = (): void => {
      clearTimeout(timer)
      reject(abortFailure(signal))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal.addEventListener('abort', abort, { once: true })
  })
}
