import type pg from 'pg'

/** Rows per statement: short locks, and a backlog of months is worked off without one huge transaction. */
const BATCH_ROWS = 5000

/**
 * What may go, and since when. A used refresh token stays until it expires: its second use must be recognised as theft. A batch of access
 * records is sent again for minutes, not for days.
 */
const EXPIRED = {
  sessions: { table: 'refresh_tokens', key: 'id', over: 'expires_at < $1' },
  revocations: { table: 'revoked_access_tokens', key: 'jti', over: 'expires_at < $1' },
  batches: {
    table: 'access_record_batches',
    key: 'batch_id',
    over: `stored_at < $1::timestamptz - interval '1 day'`,
  },
} as const

export type ExpiredRecordsResult = Readonly<Record<keyof typeof EXPIRED, number>>

/** Removes records whose time is over and returns how many of each. Stops between two batches when `signal` aborts. */
export async function removeExpiredRecords(
  database: Pick<pg.Pool, 'query'>,
  nowMs: number,
  signal: AbortSignal,
): Promise<ExpiredRecordsResult> {
  const now = new Date(nowMs)
  return {
    sessions: await removeInBatches(database, EXPIRED.sessions, now, signal),
    revocations: await removeInBatches(database, EXPIRED.revocations, now, signal),
    batches: await removeInBatches(database, EXPIRED.batches, now, signal),
  }
}

async function removeInBatches(
  database: Pick<pg.Pool, 'query'>,
  { table, key, over }: (typeof EXPIRED)[keyof typeof EXPIRED],
  now: Date,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0
  for (;;) {
    signal.throwIfAborted()
    // SKIP LOCKED: a row that another transaction holds is left for the next run instead of waiting for it.
    const { rowCount } = await database.query(
      `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${over} LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`,
      [now],
    )
    removed += rowCount ?? 0
    if ((rowCount ?? 0) < BATCH_ROWS) return removed
  }
}
