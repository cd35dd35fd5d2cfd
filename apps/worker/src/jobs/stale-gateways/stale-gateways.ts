import type pg from 'pg'

/** A gateway that was silent for this long is gone for good; one that only lost its way to admin shows up again by itself. */
const SILENT_HOURS_MAX = 24

/** Forgets gateways that have been silent for a day and returns their names. */
export async function forgetStaleGateways(database: Pick<pg.Pool, 'query'>, nowMs: number): Promise<readonly string[]> {
  const { rows } = await database.query<{ gateway_id: string }>(
    `DELETE FROM gateways WHERE seen_at < $1::timestamptz - make_interval(hours => $2) RETURNING gateway_id`,
    [new Date(nowMs), SILENT_HOURS_MAX],
  )
  return rows.map((row) => row.gateway_id)
}
