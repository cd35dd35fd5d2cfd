import type { Observe } from '@penstock/observations'
import { withDeadline } from '@penstock/waiting'
import type { OtlpSpan } from './spans-of-call.js'

export interface SpanExporterOptions {
  /** Of the collector; spans go to `/v1/traces` below it. */
  readonly endpoint: string
  /** Beside Content-Type; may hold a key of the collector. */
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  readonly serviceVersion: string
  readonly instanceId: string
  readonly observe: Observe
  readonly waitMs?: number
}

/** Takes spans and brings them to the collector, beside the calls. */
export interface SpanExporter {
  /** Never waits and never throws; what there is no room for is dropped and counted. */
  add(spans: readonly OtlpSpan[]): void
  /** Sends what waits, for at most `deadlineMs`. */
  close(deadlineMs: number): Promise<void>
}

// 8 192 spans × about 1 KB: what a gateway may hold while the collector is away.
const SPANS_MAX = 8_192
const BATCH_MAX = 512
const WAIT_MS = 1_000
const TIMEOUT_MS = 5_000

/**
 * Exports spans over OTLP/HTTP as JSON, in batches, one at a time. A batch that the collector did not take is dropped: spans are worth less
 * than the memory to keep them for long.
 */
export function spanExporter(options: SpanExporterOptions): SpanExporter {
  const url = new URL(`${options.endpoint.replace(/\/+$/, '')}/v1/traces`)
  const stop = new AbortController()
  let waiting: OtlpSpan[] = []
  let dropped = 0
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | undefined

  const send = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX)
      waiting = waiting.slice(BATCH_MAX)
      const failure = await post(url, options, batch, stop.signal)
      if (failure !== undefined) dropped += batch.length
      if (dropped > 0) options.observe({ kind: 'spans.dropped', count: dropped, reason: failure ?? 'buffer full' })
      dropped = 0
    }
  }
  const start = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    sending ??= send().finally(() => (sending = undefined))
    return sending
  }
  return {
    add(spans) {
      if (waiting.length + spans.length > SPANS_MAX) dropped += spans.length
      else waiting.push(...spans)
      if (waiting.length >= BATCH_MAX) void start()
      else if (timer === undefined) timer = setTimeout(() => void start(), options.waitMs ?? WAIT_MS).unref()
    },
    async close(deadlineMs) {
      const deadline = setTimeout(() => stop.abort(), deadlineMs)
      await start()
      clearTimeout(deadline)
    },
  }
}

/** Undefined when the collector took the spans; else why not. */
async function post(
  url: URL,
  options: SpanExporterOptions,
  spans: readonly OtlpSpan[],
  stop: AbortSignal,
): Promise<string | undefined> {
  try {
    return await withDeadline(TIMEOUT_MS, stop, async (signal) => {
      const headers = { ...options.headers, 'content-type': 'application/json' }
      const body = JSON.stringify(requestOf(options, spans))
      const answer = await fetch(url, { method: 'POST', headers, body, signal })
      await answer.arrayBuffer()
      return answer.ok ? undefined : `the collector answered ${answer.status}`
    })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** An ExportTraceServiceRequest. */
function requestOf({ serviceName, serviceVersion, instanceId }: SpanExporterOptions, spans: readonly OtlpSpan[]) {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  return {
    resourceSpans: [
      {
        resource: {
          attributes: [
            text('service.name', serviceName),
            text('service.version', serviceVersion),
            text('service.instance.id', instanceId),
          ],
        },
        scopeSpans: [{ scope: { name: 'penstock', version: serviceVersion }, spans }],
      },
    ],
  }
}
