export { migrate, type MigrateCommand } from './migrate.js'
export { tlsOptions } from './connection.js'
export { allRevisions, pendingRevisions, type Revision } from './revisions.js'
