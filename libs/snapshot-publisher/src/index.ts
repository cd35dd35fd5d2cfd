export { rowsOf, type SqlDatabase, type SqlSession } from './sql-session.js'
export { type TouchedKey } from './store/affected-keys.js'
export { snapshotChanges, type Revision, type SnapshotChanges, type SnapshotChangesParts, type TouchOptions } from './snapshot-changes.js'
