import type { Logger } from '@penstock/telemetry'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { RecordFact, RecordFactSink } from '../access-records/record-fact.js'

/** Turns a fact about access records into a line. Batches that were stored are counted, not logged one by one. */
export function logRecordFact(logger: Logger, { kind, ...fields }: RecordFact): void {
  if (kind === 'records.poisoned') logger.error('a batch of access records was given up', fields)
  else if (kind === 'records.delayed') logger.warn('access records wait', fields)
  else if (kind === 'records.taken-over') logger.warn('took over access records whose worker is gone', fields)
}

/** Counts facts about access records; how many batches wait is asked of Redis when somebody scrapes. */
export function recordMetrics(registry: Registry, waiting: () => Promise<number>): RecordFactSink {
  const registers = [registry]
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const stored = counter('penstock_access_records_stored_total', 'Access records that were stored.')
  const again = counter(
    'penstock_access_record_batches_known_total',
    'Batches that had been stored before, and were left alone.',
  )
  const poisoned = counter(
    'penstock_access_record_batches_poisoned_total',
    'Batches that can never be stored and were given up.',
  )
  const takenOver = counter(
    'penstock_access_record_batches_taken_over_total',
    'Batches whose worker died or hung, taken over.',
  )
  const delays = counter(
    'penstock_access_record_delays_total',
    'Times that Redis or the database had to be asked again.',
  )
  new Gauge({
    name: 'penstock_access_record_stream_length',
    help: 'Batches that wait in Redis.',
    registers,
    async collect() {
      // While Redis is away the gauge says nothing, and the other metrics are still worth having.
      const length = await waiting().catch(() => undefined)
      if (length === undefined) this.reset()
      else this.set(length)
    },
  })
  return (fact) => {
    switch (fact.kind) {
      case 'records.stored':
        return fact.again ? again.inc() : stored.inc(fact.count)
      case 'records.poisoned':
        return poisoned.inc()
      case 'records.taken-over':
        return takenOver.inc(fact.count)
      case 'records.delayed':
        return delays.inc()
    }
  }
}
