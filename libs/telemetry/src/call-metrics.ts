import type { CallFinished } from '@penstock/observations'
import { Counter, Histogram, type Registry } from 'prom-client'

// 1 ms to 30 s: a point read takes about a millisecond, the longest statement that is allowed by default half a minute.
const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const STATUS_CLASSES = ['other', '1xx', '2xx', '3xx', '4xx', '5xx']
// Counting a call costs several look-ups by label; done for many calls in one go, they cost a third.
const WAITING_MAX = 512

/** Counts calls and times them. */
export interface CallMetrics {
  count(call: CallFinished): void
  /** Counts what waits still; to be called before the numbers are read. */
  settle(): void
}

/** The metrics of calls, by labels that are bounded by what is published. */
export function callMetrics(registry: Registry): CallMetrics {
  const into = metersOf(registry)
  const apis: string[] = []
  const modules: string[] = []
  const datasources: (string | undefined)[] = []
  const codes: (string | undefined)[] = []
  const outcomes: CallFinished['cache'][] = []
  const numbers = new Float64Array(WAITING_MAX * 3)
  let waiting = 0
  const settle = (): void => {
    for (let at = 0; at < waiting; at++) {
      const api = apis[at] ?? 'none'
      const status_class = STATUS_CLASSES[Math.floor((numbers[at * 3] ?? 0) / 100)] ?? 'other'
      into.calls.inc({ api, status_class })
      into.duration.observe({ module: modules[at] ?? 'none' }, (numbers[at * 3 + 1] ?? 0) / 1000)
      const code = codes[at]
      if (code !== undefined) into.failures.inc({ code })
      const cache = outcomes[at]
      if (cache !== undefined) into.cached.inc({ api, outcome: cache })
      const datasource = datasources[at]
      if (datasource !== undefined) into.execution.observe({ datasource }, (numbers[at * 3 + 2] ?? 0) / 1000)
    }
    waiting = 0
  }
  const count = (call: CallFinished): void => {
    if (waiting === WAITING_MAX) settle()
    const { api, executionMs } = call
    apis[waiting] = api?.name ?? 'none'
    modules[waiting] = api?.moduleName ?? 'none'
    datasources[waiting] = executionMs === undefined ? undefined : call.datasource
    codes[waiting] = call.code
    outcomes[waiting] = call.cache
    numbers[waiting * 3] = call.status
    numbers[waiting * 3 + 1] = call.durationMs
    numbers[waiting * 3 + 2] = executionMs ?? 0
    waiting++
  }
  return { count, settle }
}

function metersOf(registry: Registry) {
  const registers = [registry]
  return {
    calls: new Counter({
      name: 'penstock_calls_total',
      help: 'Calls by API and status class.',
      labelNames: ['api', 'status_class'] as const,
      registers,
    }),
    failures: new Counter({
      name: 'penstock_call_errors_total',
      help: 'Calls that were not answered with success, by error code.',
      labelNames: ['code'] as const,
      registers,
    }),
    cached: new Counter({
      name: 'penstock_cached_calls_total',
      help: 'Calls of APIs whose answers are kept: hit, stale (given while a new one is made) or miss.',
      labelNames: ['api', 'outcome'] as const,
      registers,
    }),
    duration: new Histogram({
      name: 'penstock_call_duration_seconds',
      help: 'From request head to answer, by module.',
      labelNames: ['module'] as const,
      buckets: DURATION_BUCKETS_S,
      registers,
    }),
    execution: new Histogram({
      name: 'penstock_execution_duration_seconds',
      help: 'Time in the data source, waiting for a connection included.',
      labelNames: ['datasource'] as const,
      buckets: DURATION_BUCKETS_S,
      registers,
    }),
  }
}
