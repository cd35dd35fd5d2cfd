import type { MysqlOptions } from './mysql-options.js'
import type { SessionPool } from './session-pool.js'

/** What the parts of one open driver share. */
export interface Context {
  readonly pool: SessionPool
  readonly options: MysqlOptions
}
