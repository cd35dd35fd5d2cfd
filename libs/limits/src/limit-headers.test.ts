import { describe, expect, it } from 'vitest'
import { limitHeaders, retryAfter } from './limit-headers.js'

describe('limitHeaders', () => {
  it('writes both headers as structured-field lists with times rounded up', () => {
    const rates = [
      { name: 'api', limit: 60, windowMs: 60_000, remaining: 12, resetMs: 16_001 },
      { name: 'client', limit: 1000, windowMs: 3_600_000, remaining: 0, resetMs: 0 },
    ]
    expect(limitHeaders(rates)).toEqual({
      ratelimit: '"api";r=12;t=17, "client";r=0;t=0',
      'ratelimit-policy': '"api";q=60;w=60, "client";q=1000;w=3600',
    })
  })

  it('writes none where no limit applies', () => {
    expect(limitHeaders([])).toEqual({})
  })
})

describe('retryAfter', () => {
  it.each([
    [0, '1'],
    [1, '1'],
    [1000, '1'],
    [1001, '2'],
  ])('rounds %i ms up to %s s', (ms, seconds) => {
    expect(retryAfter(ms)).toEqual({ 'retry-after': seconds })
  })
})
