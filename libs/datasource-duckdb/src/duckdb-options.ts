/** What the operator allows DuckDB. */
export interface DuckdbOptions {
  /** The folder that data sources lie in; undefined: there are none. */
  readonly root: string | undefined
  /** Most memory of DuckDB in one process, and of what it writes aside when that is not enough. */
  readonly memoryBytesMax: number
  readonly temporaryBytesMax: number
  readonly threads: number
}
