import { randomBytes } from 'node:crypto'

/** The caller's place in a trace, as W3C's traceparent says it. */
export interface TraceParent {
  readonly traceId: string
  readonly spanId: string
  readonly isSampled: boolean
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)

/** Reads a traceparent header; undefined when it is missing or says nothing, as the standard asks. */
export function readTraceparent(header: unknown): TraceParent | undefined {
  if (typeof header !== 'string' || header.length > 128) return undefined
  const [, version = 'ff', traceId = NO_TRACE, spanId = NO_SPAN, flags = '00', more] = TRACEPARENT.exec(header) ?? []
  // Version 00 ends behind its flags; later ones may go on, and ff is none.
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** The header by which others find this span. */
export function traceparentOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `00-${traceId}-${spanId}-01`
}

export const newTraceId = (): string => randomBytes(16).toString('hex')
export const newSpanId = (): string => randomBytes(8).toString('hex')

const WHOLE = 2 ** 48

/** Whether a trace without a parent is kept: by its id, so that every service that follows the same rule decides alike. `ratio` is from 0 to 1. */
export function isKept(traceId: string, ratio: number): boolean {
  return ratio > 0 && Number.parseInt(traceId.slice(-12), 16) < ratio * WHOLE
}
