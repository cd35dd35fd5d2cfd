export { abortFailure } from './abort-failure.js'
export { bounded } from './bounded.js'
export { breaker, type BreakerRules, type BreakerState } from './breaker.js'
export { castLadder, type CastablePlaceholder } from './cast-ladder.js'
export { coalesced, type CoalesceRules } from './coalesced.js'
export { deadline } from './deadline.js'
export {
  type AccessMode,
  type BindValue,
  type CellEncoding,
  type ConnectionSettings,
  type Driver,
  type Field,
  type GroupedOutcome,
  type GroupedRead,
  type GroupReader,
  type Inspector,
  type Prepared,
  type PrepareFault,
  type PrepareOutcome,
  type Probe,
  type Row,
  type RowBatch,
  type RunOptions,
  type Statement,
  type StatementResult,
  type Table,
  type TableColumn,
  type Transaction,
  type TransactionOptions,
} from './driver.js'
export { inTurns, type TransactionSession } from './in-turns.js'
export { leasedDrivers, type DriverLease, type LeasedDrivers } from './leased-drivers.js'
export { permits, type PermitRules, type Permits } from './permits.js'
export { RowBatches, type RowSource } from './row-batches.js'
export { SessionPool, type OpenSession, type PooledSession } from './session-pool.js'
export { settleCasts, type CastableText, type Casts, type Settled, type SettleRequest } from './settle-casts.js'
