import type { CallStage, TracedCall } from '@penstock/observations'
import { isKept, newSpanId, newTraceId, readTraceparent, traceparentOf } from './trace-context.js'

/** Decides which calls are traced. */
export interface CallTracer {
  /** Undefined: this call is not traced. `traceparent` is the caller's header, if it sent one. */
  begin(traceparent: unknown): TracedCall | undefined
  /** What the answer says of it. */
  headersOf(traced: TracedCall): Readonly<Record<string, string>>
}

export interface CallTracerOptions {
  /** Share of the traces that begin here which are kept, from 0 to 1. A caller that traces its call decides itself. */
  readonly ratio: number
  monotonicMs(): number
}

export function callTracer({ ratio, monotonicMs }: CallTracerOptions): CallTracer {
  return {
    begin(traceparent) {
      const parent = readTraceparent(traceparent)
      if (parent !== undefined) {
        return parent.isSampled ? new Traced(parent.traceId, parent.spanId, monotonicMs) : undefined
      }
      const traceId = newTraceId()
      return isKept(traceId, ratio) ? new Traced(traceId, undefined, monotonicMs) : undefined
    },
    headersOf: (traced) => ({ Traceparent: traceparentOf(traced) }),
  }
}

class Traced implements TracedCall {
  readonly spanId = newSpanId()
  readonly stages: { readonly stage: CallStage; readonly afterMs: number }[] = []
  readonly #startedMs: number

  constructor(
    readonly traceId: string,
    readonly parentSpanId: string | undefined,
    readonly monotonicMs: () => number,
  ) {
    this.#startedMs = monotonicMs()
  }

  ended(stage: CallStage): void {
    this.stages.push({ stage, afterMs: this.monotonicMs() - this.#startedMs })
  }
}
