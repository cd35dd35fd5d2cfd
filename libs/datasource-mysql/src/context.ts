import type { SessionPool } from '@penstock/datasource'
import type { MysqlOptions } from './mysql-options.js'
import type { Session } from './session.js'

/** What the parts of one open driver share. */
export interface Context {
  readonly pool: SessionPool<Session>
  readonly options: MysqlOptions
}
