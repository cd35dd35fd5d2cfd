import type { PrometheusSink } from '@penstock/telemetry'
import { Gauge } from 'prom-client'
import type { DatasourceUsage } from '../drivers.js'

/** What a gateway is asked for when somebody scrapes; nothing of it is counted in between. */
export interface ProcessState {
  callsInFlight(): number
  connections(): Promise<number>
  underPressure(): boolean
  recordsBuffered(): number
  datasources(): Iterable<DatasourceUsage>
}

/** Gauges of the process beside what the facts say. Event-loop lag, heap and collections are among prom-client's own. */
export function processMetrics(registry: PrometheusSink['registry'], state: ProcessState): void {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read())
      },
    })
  gauge('penstock_calls_in_flight', 'Calls that are being answered.', () => state.callsInFlight())
  gauge('penstock_connections', 'Connections of callers.', () => state.connections())
  gauge('penstock_memory_pressure', '1 while calls are refused because memory is short.', () =>
    state.underPressure() ? 1 : 0,
  )
  gauge('penstock_access_records_buffered', 'Access records that wait to be handed over.', () =>
    state.recordsBuffered(),
  )
  new Gauge({
    name: 'penstock_datasource_connections',
    help: 'By data source: places for statements in use, calls that wait for one, and places in all.',
    labelNames: ['datasource', 'state'] as const,
    registers,
    collect() {
      this.reset()
      for (const { datasource, running, waiting, size } of state.datasources()) {
        this.inc({ datasource, state: 'running' }, running)
        this.inc({ datasource, state: 'waiting' }, waiting)
        this.inc({ datasource, state: 'size' }, size)
      }
    },
  })
}
