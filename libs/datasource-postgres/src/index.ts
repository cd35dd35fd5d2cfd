export { openPostgresInspector } from './open-inspector.js'
export { openPostgres } from './open-postgres.js'
