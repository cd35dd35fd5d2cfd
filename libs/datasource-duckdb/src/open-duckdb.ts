import type { ConnectionSettings, Driver } from '@penstock/datasource'
import { driverOn } from './driver-on.js'
import type { DuckdbOptions } from './duckdb-options.js'
import { Engine } from './engine.js'

/**
 * A Driver for files below the operator's folder, read by DuckDB in a process of its own, which starts with the first call. Whatever the
 * mode, a statement is one SELECT: nothing is ever written. Values travel apart from the text, as binds.
 */
export function openDuckdb(settings: ConnectionSettings, options: DuckdbOptions): Driver {
  return driverOn(new Engine(settings, options))
}
