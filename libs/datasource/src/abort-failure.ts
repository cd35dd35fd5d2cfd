import { AppError } from '@penstock/errors'

/** What a call fails with when its signal aborted: the signal's own reason when that is an AppError, else DATASOURCE_TIMEOUT. */
export function abortFailure(signal: AbortSignal): AppError {
  const reason: unknown = signal.reason
  if (reason instanceof AppError) return reason
  return new AppError(
    'DATASOURCE_TIMEOUT',
    `aborted: ${reason instanceof Error ? reason.message : String(reason)}`,
    {},
    { cause: reason },
  )
}
