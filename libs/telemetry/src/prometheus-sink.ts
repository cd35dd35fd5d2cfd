import { type CallFinished, type Observation, type Observe } from '@penstock/observations'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface PrometheusSink {
  readonly observe: Observe
  /** The exposition text, and its Content-Type. */
  text(): Promise<string>
  readonly contentType: string
  /** For metrics that an app has beside these. */
  readonly registry: Registry
}

// 1 ms to 30 s: a point read takes about a millisecond, the longest statement that is allowed by default half a minute.
const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/**
 * Counts facts for Prometheus. Labels are bounded by what is published: API, status class, error code, module, data source; never a
 * path, a client or an address.
 */
export function prometheusSink(options: { readonly service: string }): PrometheusSink {
  const registry = new Registry()
  registry.setDefaultLabels({ service: options.service })
  collectDefaultMetrics({ register: registry })
  const onCall = callMetrics(registry)
  const onOther = processMetrics(registry)
  return {
    observe: (observation) => {
      if (observation.kind === 'call.finished') onCall(observation)
      else onOther(observation)
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    registry,
  }
}

function callMetrics(registry: Registry): (call: CallFinished) => void {
  const registers = [registry]
  const calls = new Counter({
    name: 'penstock_calls_total',
    help: 'Calls by API and status class.',
    labelNames: ['api', 'status_class'] as const,
    registers,
  })
  const failures = new Counter({
    name: 'penstock_call_errors_total',
    help: 'Calls that were not answered with success, by error code.',
    labelNames: ['code'] as const,
    registers,
  })
  const duration = new Histogram({
    name: 'penstock_call_duration_seconds',
    help: 'From request head to answer, by module.',
    labelNames: ['module'] as const,
    buckets: DURATION_BUCKETS_S,
    registers,
  })
  const execution = new Histogram({
    name: 'penstock_execution_duration_seconds',
    help: 'Time in the data source, waiting for a connection included.',
    labelNames: ['datasource'] as const,
    buckets: DURATION_BUCKETS_S,
    registers,
  })
  return (call) => {
    calls.inc({ api: call.api?.name ?? 'none', status_class: STATUS_CLASSES[Math.floor(call.status / 100)] ?? 'other' })
    duration.observe({ module: call.api?.moduleName ?? 'none' }, call.durationMs / 1000)
    if (call.code !== undefined) failures.inc({ code: call.code })
    if (call.executionMs !== undefined && call.datasource !== undefined) {
      execution.observe({ datasource: call.datasource }, call.executionMs / 1000)
    }
  }
}

const STATUS_CLASSES = ['other', '1xx', '2xx', '3xx', '4xx', '5xx']

function processMetrics(registry: Registry): (observation: Exclude<Observation, CallFinished>) => void {
  const registers = [registry]
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const revision = gauge('penstock_snapshot_revision', 'Revision of the snapshot that is served.')
  const applied = gauge('penstock_snapshot_applied_timestamp_seconds', 'When that snapshot was taken into service.')
  const persisted = gauge('penstock_snapshot_persisted', '0 when the last-good file could not be written.')
  const refused = counter('penstock_snapshot_refused_total', 'Snapshots that were refused.')
  const entriesRefused = counter(
    'penstock_snapshot_entries_refused_total',
    'Entries that did not compile and kept their old version.',
  )
  const sourceFailures = counter(
    'penstock_snapshot_source_failures_total',
    'Failed attempts to reach a source of snapshots.',
  )
  const dropped = counter('penstock_access_records_dropped_total', 'Access records that were given up.')
  const delivered = counter('penstock_access_records_delivered_total', 'Access records that admin has taken.')
  return (observation) => {
    switch (observation.kind) {
      case 'snapshot.applied':
        revision.set(observation.revision)
        applied.setToCurrentTime()
        persisted.set(1)
        return
      case 'snapshot.not-persisted':
        return persisted.set(0)
      case 'snapshot.refused':
        return refused.inc()
      case 'snapshot.entry-refused':
        return entriesRefused.inc()
      case 'source.failed':
        return sourceFailures.inc()
      case 'access-records.dropped':
        return dropped.inc(observation.count)
      case 'access-records.delivered':
        return delivered.inc(observation.count)
      default:
        return
    }
  }
}
