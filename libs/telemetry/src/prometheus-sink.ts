import type { CallFinished, Observation, Observe } from '@penstock/observations'
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import { callMetrics } from './call-metrics.js'

export interface PrometheusSink {
  readonly observe: Observe
  /** The exposition text, and its Content-Type. */
  text(): Promise<string>
  readonly contentType: string
  /** For metrics that an app has beside these. */
  readonly registry: Registry
}

/**
 * Counts facts for Prometheus. Labels are bounded by what is published: API, status class, error code, module, data source; never a
 * path, a client or an address.
 */
export function prometheusSink(options: { readonly service: string }): PrometheusSink {
  const registry = new Registry()
  registry.setDefaultLabels({ service: options.service })
  collectDefaultMetrics({ register: registry })
  const calls = callMetrics(registry)
  const onOther = processMetrics(registry)
  return {
    observe: (observation) => {
      if (observation.kind === 'call.finished') calls.count(observation)
      else onOther(observation)
    },
    text: () => {
      calls.settle()
      return registry.metrics()
    },
    contentType: registry.contentType,
    registry,
  }
}

type ProcessFact = Exclude<Observation, CallFinished>

function processMetrics(registry: Registry): (observation: ProcessFact) => void {
  const registers = [registry]
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const onSnapshot = snapshotMetrics(registry)
  const onMode = limitMetrics(registry)
  const skew = new Gauge({
    name: 'penstock_clock_skew_seconds',
    help: 'How far the clock of this machine is ahead of the reference; negative: behind.',
    labelNames: ['reference'],
    registers,
  })
  const onBreaker = breakerMetrics(registry)
  const dropped = counter('penstock_access_records_dropped_total', 'Access records that were given up.')
  const delivered = counter(
    'penstock_access_records_delivered_total',
    'Access records that were handed over, to Redis or to admin.',
  )
  const spansDropped = counter('penstock_spans_dropped_total', 'Spans of traces that the collector did not take.')
  const viaAdmin = new Gauge({
    name: 'penstock_access_records_via_admin',
    help: '1 while access records go to admin although there is a Redis, because it is away or its stream is full.',
    registers,
  })
  return (observation) => {
    switch (observation.kind) {
      case 'clock.compared':
        return skew.set({ reference: observation.reference }, observation.skewMs / 1000)
      case 'limits.mode':
        return onMode(observation.mode)
      case 'datasource.breaker':
        return onBreaker(observation)
      case 'access-records.dropped':
        return dropped.inc(observation.count)
      case 'spans.dropped':
        return spansDropped.inc(observation.count)
      case 'access-records.route':
        return viaAdmin.set(observation.via === 'admin' ? 1 : 0)
      case 'access-records.delivered':
        return delivered.inc(observation.count)
      default:
        return onSnapshot(observation)
    }
  }
}

/** The age of the snapshot, read when it is asked for. To be called when a snapshot is taken into service. */
function snapshotAge(registry: Registry): () => void {
  let appliedMs = Number.NaN
  new Gauge({
    name: 'penstock_snapshot_age_seconds',
    help: 'Seconds since the snapshot that is served was taken into service.',
    registers: [registry],
    collect() {
      this.set((Date.now() - appliedMs) / 1000)
    },
  })
  return () => void (appliedMs = Date.now())
}

function snapshotMetrics(registry: Registry): (observation: ProcessFact) => void {
  const registers = [registry]
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const revision = gauge('penstock_snapshot_revision', 'Revision of the snapshot that is served.')
  const applied = gauge('penstock_snapshot_applied_timestamp_seconds', 'When that snapshot was taken into service.')
  const young = snapshotAge(registry)
  const persisted = gauge('penstock_snapshot_persisted', '0 when the last-good file could not be written.')
  const refused = counter('penstock_snapshot_refused_total', 'Snapshots that were refused.')
  const filesRefused = counter(
    'penstock_snapshot_last_good_refused_total',
    'Last good files that could not be used: corrupt, or signed with another key.',
  )
  const entriesRefused = counter(
    'penstock_snapshot_entries_refused_total',
    'Entries that did not compile and kept their old version.',
  )
  const sourceFailures = counter(
    'penstock_snapshot_source_failures_total',
    'Failed attempts to reach a source of snapshots.',
  )
  return (observation) => {
    switch (observation.kind) {
      case 'snapshot.applied':
        revision.set(observation.revision)
        applied.setToCurrentTime()
        young()
        persisted.set(1)
        return
      case 'snapshot.not-persisted':
        return persisted.set(0)
      case 'snapshot.refused':
        return refused.inc()
      case 'snapshot.last-good-corrupt':
        return filesRefused.inc()
      case 'snapshot.entry-refused':
        return entriesRefused.inc()
      case 'source.failed':
        return sourceFailures.inc()
      default:
        return
    }
  }
}

function limitMetrics(registry: Registry): (mode: 'redis' | 'local') => void {
  const registers = [registry]
  const local = new Gauge({
    name: 'penstock_limits_local',
    help: '1 while this gateway decides on limits alone, with its share, because Redis is away.',
    registers,
  })
  const lost = new Counter({
    name: 'penstock_limits_redis_lost_total',
    help: 'Times that Redis was given up.',
    registers,
  })
  return (mode) => {
    local.set(mode === 'local' ? 1 : 0)
    if (mode === 'local') lost.inc()
  }
}

function breakerMetrics(
  registry: Registry,
): (change: Extract<Observation, { readonly kind: 'datasource.breaker' }>) => void {
  const options = { labelNames: ['datasource'] as const, registers: [registry] }
  const open = new Gauge({
    name: 'penstock_datasource_breaker_open',
    help: '1 while calls of this data source fail at once, because it refused several in a row.',
    ...options,
  })
  const opened = new Counter({
    name: 'penstock_datasource_breaker_opened_total',
    help: 'Times that this data source was given up, failed attempts to come back included.',
    ...options,
  })
  return ({ datasource, state }) => {
    open.set({ datasource }, state === 'closed' ? 0 : 1)
    if (state === 'open') opened.inc({ datasource })
  }
}
