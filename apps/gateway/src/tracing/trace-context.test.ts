import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isKept, newSpanId, newTraceId, readTraceparent, traceparentOf } from './trace-context.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('traceparent', () => {
  it('is read as the standard says, later versions too', () => {
    expect(readTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true })
    expect(readTraceparent(`00-${TRACE}-${SPAN}-00`)).toMatchObject({ isSampled: false })
    expect(readTraceparent(`cc-${TRACE}-${SPAN}-03-what-comes`)).toMatchObject({ isSampled: true })
  })

  it.each([
    undefined,
    ['a', 'b'],
    '',
    'nonsense',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  ])('is taken for missing when it is %j', (header) => {
    expect(readTraceparent(header)).toBeUndefined()
  })

  it('never throws, and what is written can be read', () => {
    fc.assert(fc.property(fc.string(), (header) => void readTraceparent(header)))
    const [traceId, spanId] = [newTraceId(), newSpanId()]
    expect(readTraceparent(traceparentOf({ traceId, spanId }))).toEqual({ traceId, spanId, isSampled: true })
  })
})

describe('sampling', () => {
  it('keeps all, none, or about the share that is asked for, and decides alike for one trace', () => {
    const ids = Array.from({ length: 10_000 }, () => newTraceId())
    const kept = (ratio: number) => ids.filter((id) => isKept(id, ratio)).length
    expect(kept(1)).toBe(ids.length)
    expect(kept(0)).toBe(0)
    expect(kept(0.25)).toBeGreaterThan(2_200)
    expect(kept(0.25)).toBeLessThan(2_800)
  })
})
