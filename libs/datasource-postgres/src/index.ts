export { openPostgres } from './open-postgres.js'
export { type PoolEvents } from './session-pool.js'
