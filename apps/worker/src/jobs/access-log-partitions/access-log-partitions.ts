import type pg from 'pg'

/** Days for which partitions exist ahead of time: a worker may be away for a week before records meet a day without one. */
export const DAYS_AHEAD = 7

export interface PartitionsResult {
  readonly created: number
  readonly dropped: number
}

/**
 * Makes the partitions of today (UTC) and the next days, and drops the days before the last `retentionDays`, today included. Both
 * run inside the database under one lock, so two workers do not disturb each other and a second run does nothing.
 */
export async function keepAccessLogPartitions(
  database: Pick<pg.Pool, 'query'>,
  retentionDays: number,
  nowMs: number,
): Promise<PartitionsResult> {
  const today = utcDay(nowMs)
  const { rows } = await database.query<{ created: number }>(
    `SELECT count(*) FILTER (WHERE ensure_access_records_partition(day::date))::int AS created
     FROM generate_series($1::date, $1::date + $2::int, interval '1 day') AS day`,
    [today, DAYS_AHEAD],
  )
  const dropped = await database.query<{ dropped: number }>(
    `SELECT drop_access_records_before($1::date - $2::int + 1) AS dropped`,
    [today, retentionDays],
  )
  return { created: rows[0]?.created ?? 0, dropped: dropped.rows[0]?.dropped ?? 0 }
}

function utcDay(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10)
}
