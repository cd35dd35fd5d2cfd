import { AppError, AuthoredError } from '@penstock/errors'
import type { ScriptEnd, ScriptOutcome, ScriptThrow } from '@penstock/script'

type Failure = Exclude<ScriptEnd, { readonly kind: 'done' }>

/**
 * What a call fails with when its script did not succeed. What the script said is for logs and debug; the caller reads the catalogue's
 * sentence, or what the author meant him to read.
 */
export function scriptFailure(outcome: Exclude<ScriptOutcome, { readonly kind: 'done' }>, signal: AbortSignal): Error {
  return failureOf(outcome, signal, outcome.usage.wallMs)
}

function failureOf(end: Failure, signal: AbortSignal, wallMs: number): Error {
  switch (end.kind) {
    case 'api-error':
      return new AuthoredError(end.status, end.message, end.code)
    case 'threw':
      return new AppError('SCRIPT_FAILED', thrownSentence(end.thrown))
    case 'timeout':
      return timeout(`${CLOCKS[end.clock]} after ${Math.round(wallMs)} ms`)
    case 'over-budget':
      return new AppError('SCRIPT_OVER_BUDGET', `the script used more than it may: ${end.what}`)
    case 'busy':
      return new AppError('SCRIPT_BUSY', 'no instance of the script engine became free', retryAfter(end.retryAfterMs))
    case 'broken':
      return new AppError('SCRIPT_ENGINE_BROKEN', `the script engine cannot start: ${end.why}`)
    case 'suspended':
      return new AppError('SCRIPT_SUSPENDED', 'the script had to be ended by force', retryAfter(end.retryAfterMs))
    case 'aborted':
      return signal.reason instanceof Error ? signal.reason : new AppError('CALLER_GONE', 'the call was aborted')
    case 'lost':
      return new AppError('SCRIPT_LOST', 'the script host ended in mid-run', retryAfter(1000))
  }
}

/** A script, or all that its call does, took too long. Operators know it by this name. */
export function timeout(detail: string): AppError {
  return new AppError('SCRIPT_TIMEOUT', `ScriptTimeoutError: ${detail}`)
}

const CLOCKS = {
  cpu: 'the script computed too long',
  wall: 'the script did not end',
  watchdog: 'the script did not let itself be ended and was killed',
} as const

/** For operators and in debug: what was thrown, and where in the author's own lines. */
function thrownSentence({ name, message, file, line, column }: ScriptThrow): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  return `${name}: ${message}${place === '' ? '' : ` (${place})`}`
}

function retryAfter(ms: number): { readonly headers: Readonly<Record<string, string>> } {
  return { headers: { 'Retry-After': String(Math.max(1, Math.ceil(ms / 1000))) } }
}
