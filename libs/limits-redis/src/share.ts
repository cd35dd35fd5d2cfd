import type { AdmissionRequest } from '@penstock/limits'

/**
 * What one of `replicas` gateways may admit alone while the shared store is away: each limit's share, at least 1. With R replicas that is
 * never more than R · max(1, ⌊N/R⌋) in any window.
 */
export function shareOf(request: AdmissionRequest, replicas: number): AdmissionRequest {
  if (replicas <= 1) return request
  const share = (limit: number) => (limit <= 0 ? limit : Math.max(1, Math.floor(limit / replicas)))
  return {
    ...request,
    concurrency: request.concurrency.map((one) => ({ ...one, limit: share(one.limit) })),
    rates: request.rates.map((one) => ({ ...one, limit: share(one.limit) })),
  }
}

/** The longest window of a call's limits, in milliseconds. */
export function longestWindowMs(request: AdmissionRequest): number {
  return request.rates.reduce((longest, { windowMs }) => Math.max(longest, windowMs), 0)
}
