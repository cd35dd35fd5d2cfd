import type { SettingValues } from './setting.js'
import type { externalDatabaseSettings } from './shared-settings.js'

/** What the operator allows DuckDB. */
export interface DuckdbSettings {
  /** Undefined: no data source of this type. */
  readonly root: string | undefined
  readonly memoryBytesMax: number
  readonly temporaryBytesMax: number
  readonly threads: number
}

type Values = Pick<
  SettingValues<typeof externalDatabaseSettings>,
  'DUCKDB_ROOT' | 'DUCKDB_MEMORY_LIMIT' | 'DUCKDB_TEMP_LIMIT' | 'DUCKDB_THREADS'
>

/** What the settings of DuckDB mean. */
export function duckdbOptions(values: Values): DuckdbSettings {
  return {
    root: values.DUCKDB_ROOT,
    memoryBytesMax: values.DUCKDB_MEMORY_LIMIT,
    temporaryBytesMax: values.DUCKDB_TEMP_LIMIT,
    threads: values.DUCKDB_THREADS,
  }
}
