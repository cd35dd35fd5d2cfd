export { openPostgresInspector } from './open-inspector.js'
export { openPostgres } from './open-postgres.js'
export { type PoolEvents } from './session-pool.js'
