import { AppError } from '@penstock/errors'
import type { Ports } from '../base/ports.js'

const MINUTE_MS = 60_000

/** Counts one attempt of this address; RATE_LIMITED with Retry-After when there were too many in the last minute. */
export async function limitLogins(
  { admissions, config }: Pick<Ports, 'admissions' | 'config'>,
  ip: string,
): Promise<void> {
  if (config.loginsPerMinute === 0) return
  const admission = await admissions.admit({
    caller: `login:${ip}`,
    concurrency: [],
    rates: [{ name: 'login', key: `login:${ip}`, limit: config.loginsPerMinute, windowMs: MINUTE_MS }],
    // While the store is away this process counts alone: guessing passwords must not become free, and nobody be locked out.
    whenAway: 'local',
  })
  if (admission.kind === 'admitted') return admission.release()
  throw new AppError('RATE_LIMITED', `logins from ${ip}`, {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(admission.retryAfterMs / 1000))) },
  })
}
