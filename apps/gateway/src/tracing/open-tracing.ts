import type { Observe } from '@penstock/observations'
import { callTracer, type CallTracer } from './call-tracer.js'
import { spanExporter } from './span-exporter.js'
import { spansOfCall } from './spans-of-call.js'

export interface TracingSettings {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  readonly ratio: number
}

/** Tracing that is switched on. */
export interface Tracing {
  readonly tracer: CallTracer
  /** Turns finished calls that are traced into spans. */
  readonly observe: Observe
  close(deadlineMs: number): Promise<void>
}

/** This module is loaded only where a collector is set: without one, tracing costs neither start-up nor calls. */
export function openTracing(
  settings: TracingSettings,
  process: { readonly serviceVersion: string; readonly instanceId: string; readonly observe: Observe },
): Tracing {
  const exporter = spanExporter({ ...settings, ...process })
  return {
    tracer: callTracer({ ratio: settings.ratio, monotonicMs: () => performance.now() }),
    observe: (fact) => {
      if (fact.kind === 'call.finished' && fact.traced !== undefined) exporter.add(spansOfCall(fact, fact.traced))
    },
    close: (deadlineMs) => exporter.close(deadlineMs),
  }
}
