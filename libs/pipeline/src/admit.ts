import { AppError } from '@penstock/errors'
import {
  limitHeaders,
  retryAfter,
  type Admission,
  type AdmissionRequest,
  type ConcurrencyLimit,
  type RateLimit,
} from '@penstock/limits'
import type { CallPorts, CallSettings, CallTrace } from './call.js'
import type { ApiPlan, ClientPlan, RateTemplate } from './compiled-snapshot.js'

const MINUTE_MS = 60_000

/**
 * Admits a call under all its limits at once, and gives what gives its place in flight back; as a promise only where the store has to ask
 * somebody. Throws, or rejects with, CONCURRENCY_LIMITED, RATE_LIMITED or LIMITER_UNAVAILABLE; a refused call uses nothing up.
 */
export function admit(
  ports: CallPorts,
  plan: ApiPlan,
  client: ClientPlan | undefined,
  ip: string,
  trace: CallTrace,
): (() => void) | Promise<() => void> {
  const answer = ports.admission.admit(admissionRequest(ports.settings, plan, client, ip))
  return answer instanceof Promise ? answer.then((admission) => settle(admission, trace)) : settle(answer, trace)
}

function settle(admission: Admission, trace: CallTrace): () => void {
  if ('rates' in admission && admission.rates.length > 0) trace.headers = limitHeaders(admission.rates)
  if (admission.kind === 'admitted') return admission.release
  throw refusal(admission)
}

/** All limits that a call is under. The caller of a public API is its address, of a private one its client. */
function admissionRequest(
  settings: CallSettings,
  plan: ApiPlan,
  client: ClientPlan | undefined,
  ip: string,
): AdmissionRequest {
  const caller = client === undefined ? `ip:${ip}` : `client:${client.id}`
  return {
    concurrency: concurrencyLimits(settings, plan, client, caller),
    rates: settings.rateLimitsEnabled ? rateLimits(settings, plan, client, caller) : [],
    caller,
    whenAway: plan.whenAway,
  }
}

function concurrencyLimits(
  settings: CallSettings,
  plan: ApiPlan,
  client: ClientPlan | undefined,
  caller: string,
): readonly ConcurrencyLimit[] {
  const limits: ConcurrencyLimit[] = []
  const own = client?.maxConcurrent ?? settings.defaultConcurrent
  if (own > 0) limits.push({ key: caller, limit: own })
  if (plan.maxConcurrent !== undefined) limits.push({ key: `api:${plan.id}:${caller}`, limit: plan.maxConcurrent })
  return limits
}

function rateLimits(
  settings: CallSettings,
  plan: ApiPlan,
  client: ClientPlan | undefined,
  caller: string,
): readonly RateLimit[] {
  const limits: RateLimit[] = []
  for (const rate of plan.rates) limits.push(keyed(rate, `api:${plan.id}:${caller}`))
  for (const rate of client?.rates ?? []) limits.push(keyed(rate, caller))
  if (limits.length === 0 && settings.defaultRatePerMinute > 0) {
    limits.push({
      name: 'default',
      key: `default:${caller}`,
      limit: settings.defaultRatePerMinute,
      windowMs: MINUTE_MS,
    })
  }
  return limits
}

/** The name is part of the key: one caller can have a limit per minute and one per hour. */
function keyed({ name, limit, windowMs }: RateTemplate, key: string): RateLimit {
  return { name, key: `${key}:${name}`, limit, windowMs }
}

function refusal(admission: Exclude<Admission, { kind: 'admitted' }>): AppError {
  const headers = retryAfter(admission.retryAfterMs)
  switch (admission.kind) {
    case 'concurrency':
      return new AppError('CONCURRENCY_LIMITED', 'no place in flight is free', { headers })
    case 'rate':
      return new AppError('RATE_LIMITED', `limit ${admission.violated} is used up`, { headers })
    case 'unavailable':
      return new AppError('LIMITER_UNAVAILABLE', 'the store of the limits cannot decide', { headers })
  }
}
