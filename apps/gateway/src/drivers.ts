import type { ProductType } from '@penstock/contracts'
import {
  bounded,
  breaker,
  coalesced,
  leasedDrivers,
  permits,
  type ConnectionSettings,
  type Driver,
  type DriverLease,
  type Inspector,
  type Permits,
  type PrepareOutcome,
} from '@penstock/datasource'
import { openDuckdb, openDuckdbInspector, type DuckdbOptions } from '@penstock/datasource-duckdb'
import { openMysql, openMysqlInspector } from '@penstock/datasource-mysql'
import { openPostgres, openPostgresInspector } from '@penstock/datasource-postgres'
import { openTrino, openTrinoInspector } from '@penstock/datasource-trino'
import type { Observe } from '@penstock/observations'
import type { CompiledSnapshot, DatasourcePlan } from '@penstock/pipeline'

export interface DriverDefaults {
  readonly poolSize: number
  readonly connectTimeoutMs: number
  /** Data sources that connections are kept to at a time. */
  readonly datasourcesMax: number
  /** TINYINT(1) of MySQL comes as true and false. */
  readonly coerceTinyintBool: boolean
  readonly duckdb: DuckdbOptions
}

/** How busy a data source is. */
export interface DatasourceUsage {
  readonly datasource: string
  /** Statements that run, calls that wait for their turn, and statements that may run at a time. */
  readonly running: number
  readonly waiting: number
  readonly size: number
}

/** The drivers of one process: opened with their first call, closed when their entry changed or went and nobody uses them any more. */
export interface Drivers {
  lease(datasource: DatasourcePlan): DriverLease
  prepare(datasource: DatasourcePlan, texts: readonly string[], signal: AbortSignal): Promise<readonly PrepareOutcome[]>
  /** Lets go of what the snapshot does not have. */
  follow(snapshot: CompiledSnapshot): void
  /** Of the drivers that are open; two of one data source while calls end on its old settings. */
  usage(): Iterable<DatasourceUsage>
  close(): Promise<void>
}

// Ten calls may wait for each connection: more would wait longer than callers do.
const QUEUE_PER_CONNECTION = 10
const QUEUE_WAIT_MS = 5_000
// After five refused connections in a row nobody waits for the sixth; a second later one call tries.
const BREAKER = { failuresMax: 5, openMs: 1_000 }
// Two groups under way: while the server works on one, the next gathers. See docs/decisions/0015.
const COALESCE = { readsMax: 16, groupsMax: 2, timeoutMs: 100, waitMsMax: 10 }
const nowMs = (): number => performance.now()

export function openDrivers(defaults: DriverDefaults, observe: Observe): Drivers {
  const registry = leasedDrivers(defaults.datasourcesMax)
  const open = new Set<OpenDriver>()
  return {
    lease: (datasource) =>
      registry.lease(datasource.id, datasource.settingsHash, () => {
        const opened = openDriver(datasource, defaults, observe)
        open.add(opened)
        return whenClosed(opened.driver, () => open.delete(opened))
      }),
    async prepare(datasource, texts, signal) {
      // Rare: only for templates that were published while their data source was away, once for each text.
      const inspector = PRODUCTS[datasource.productType].inspect(connectionOf(datasource, defaults), defaults)
      try {
        return await inspector.prepare(texts, signal)
      } finally {
        await inspector.close()
      }
    },
    follow: ({ datasources }) => registry.retain(new Set(datasources.keys())),
    *usage() {
      for (const { datasource, places, size } of open)
        yield { datasource, running: places.running, waiting: places.waiting, size }
    },
    close: () => registry.close(),
  }
}

interface OpenDriver {
  readonly datasource: string
  readonly driver: Driver
  readonly places: Permits
  readonly size: number
}

function whenClosed(driver: Driver, done: () => void): Driver {
  return { ...driver, close: () => driver.close().finally(done) }
}

function openDriver(datasource: DatasourcePlan, defaults: DriverDefaults, observe: Observe): OpenDriver {
  const connection = connectionOf(datasource, defaults)
  const places = permits({
    running: connection.poolSize,
    queueSize: datasource.queueSize ?? connection.poolSize * QUEUE_PER_CONNECTION,
    queueWaitMsMax: datasource.queueWaitMs ?? QUEUE_WAIT_MS,
  })
  const driver = breaker(
    PRODUCTS[datasource.productType].open(connection, places, defaults),
    { ...BREAKER, nowMs },
    (state) => observe({ kind: 'datasource.breaker', datasource: datasource.name, state }),
  )
  return { datasource: datasource.name, driver, places, size: connection.poolSize }
}

/** What one kind of product is opened with. */
interface Product {
  open(connection: ConnectionSettings, places: Permits, defaults: DriverDefaults): Driver
  inspect(connection: ConnectionSettings, defaults: DriverDefaults): Inspector
}

const PRODUCTS: Readonly<Record<ProductType, Product>> = {
  postgres: {
    open: (connection, places) => coalesced(bounded(openPostgres(connection), places), { ...COALESCE, nowMs }),
    inspect: (connection) => openPostgresInspector(connection),
  },
  mysql: {
    open: (connection, places, defaults) => bounded(openMysql(connection, defaults), places),
    inspect: (connection, defaults) => openMysqlInspector(connection, defaults),
  },
  trino: {
    open: (connection, places) => bounded(openTrino(connection), places),
    inspect: (connection) => openTrinoInspector(connection),
  },
  duckdb: {
    open: (connection, places, defaults) => bounded(openDuckdb(connection, defaults.duckdb), places),
    inspect: (connection, defaults) => openDuckdbInspector(connection, defaults.duckdb),
  },
}

function connectionOf({ connection }: DatasourcePlan, defaults: DriverDefaults): ConnectionSettings {
  return {
    ...connection,
    poolSize: connection.poolSize ?? defaults.poolSize,
    connectTimeoutMs: connection.connectTimeoutMs ?? defaults.connectTimeoutMs,
  }
}
