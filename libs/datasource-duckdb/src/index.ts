export type { DuckdbOptions } from './duckdb-options.js'
export { openDuckdbInspector } from './open-duckdb-inspector.js'
export { openDuckdb } from './open-duckdb.js'
