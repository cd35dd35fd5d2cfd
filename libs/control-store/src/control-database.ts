import type { DatabaseOptions } from '@penstock/app-config'
import { tlsOptions } from '@penstock/migrations'
import { DataSource, type EntityManager } from 'typeorm'
import { ALL_ENTITIES } from './entities/all-entities.js'
import { asAppError } from './database-fault.js'

/** The transaction, or the plain connection for reads, that every store method takes as its first argument. */
export type Tx = EntityManager

/** The configuration database. */
export interface ControlDatabase {
  /** One transaction, committed when the work succeeds. Faults are AppErrors: CONFLICT, IN_USE, INPUT_INVALID, SERVICE_UNAVAILABLE, INTERNAL. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Reads that need no transaction; each statement may run on another connection. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A statement of the control plane that takes longer is stuck on a lock; its transaction is rolled back. */
const STATEMENT_MS_MAX = 30_000

/** Opens the pool and checks that the database answers. */
export async function openControlDatabase(options: DatabaseOptions, applicationName: string): Promise<ControlDatabase> {
  const source = await controlDataSource(options, applicationName).initialize()
  return databaseOver(source)
}

/** The database over a TypeORM data source that is open. */
export function databaseOver(source: DataSource): ControlDatabase {
  return {
    transaction: (work) => translated(() => source.transaction(work)),
    read: (work) => translated(() => work(source.manager)),
    close: async () => {
      if (source.isInitialized) await source.destroy()
    },
  }
}

/** The TypeORM data source, not yet opened. Migrations own the schema: it never synchronises. */
export function controlDataSource(options: DatabaseOptions, applicationName: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    ssl: tlsOptions(options),
    entities: [...ALL_ENTITIES],
    synchronize: false,
    installExtensions: false,
    poolSize: options.connectionsMax,
    connectTimeoutMS: 5000,
    applicationName,
    extra: { statement_timeout: STATEMENT_MS_MAX },
  })
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asAppError(error)
  }
}
