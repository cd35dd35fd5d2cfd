/** The channel of LISTEN/NOTIFY on which the database tells every admin that a revision was committed. */
export const SNAPSHOT_CHANNEL = 'penstock_snapshot'
