export { rowsOf, type SqlDatabase, type SqlSession } from './sql-session.js'
export { snapshotPublisher, type SnapshotPublisher, type SnapshotPublisherParts } from './snapshot-publisher.js'
