import type { CallCache } from '@penstock/pipeline'
import type { PrometheusSink } from '@penstock/telemetry'
import { Counter, Gauge } from 'prom-client'

/** Metrics of kept answers beside the counters per call: read when they are asked for. */
export function cacheMetrics(registry: PrometheusSink['registry'], { answers, refreshes }: CallCache): void {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  gauge('penstock_cache_bytes', 'Bytes of answers in memory.', () => answers.counts().bytes)
  gauge('penstock_cache_entries', 'Answers in memory.', () => answers.counts().entries)
  counter(
    'penstock_cache_evicted_total',
    'Answers that went for others before their time.',
    () => answers.counts().evicted,
  )
  counter(
    'penstock_cache_waits_total',
    'Calls that waited while another made the answer.',
    () => answers.counts().waits,
  )
  counter(
    'penstock_cache_store_failures_total',
    'Times that Redis did not answer in time, or with something that no gateway wrote.',
    () => answers.counts().storeFailures,
  )
  counter(
    'penstock_cache_refresh_failures_total',
    'New answers that could not be made in the background.',
    () => refreshes.failures,
  )
}
