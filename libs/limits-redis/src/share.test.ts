import type { AdmissionRequest } from '@penstock/limits'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shareOf } from './share.js'

const request = (limit: number): AdmissionRequest => ({
  caller: 'c',
  concurrency: [{ key: 'k', limit }],
  rates: [{ name: 'api', key: 'k', limit, windowMs: 1000 }],
  whenAway: 'local',
})

describe('shareOf', () => {
  it('adds up to no more than N over R gateways, or to one call each', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 50 }), (limit, replicas) => {
        const share = shareOf(request(limit), replicas)
        expect((share.rates[0]?.limit ?? 0) * replicas).toBeLessThanOrEqual(Math.max(limit, replicas))
        expect(share.concurrency[0]?.limit).toBe(share.rates[0]?.limit)
        expect(share.rates[0]?.limit).toBeGreaterThanOrEqual(1)
      }),
    )
  })

  it('leaves a limit of 0 at 0', () => {
    expect(shareOf(request(0), 3).rates[0]?.limit).toBe(0)
  })
})
