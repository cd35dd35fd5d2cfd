import type pg from 'pg'

/** Gateways that are this many revisions behind may still be fetching; what those manifests name stays. */
const MANIFESTS_IN_USE = 3
/** Manifests that are kept for people who ask what changed when. */
const MANIFESTS_KEPT = 50
/** Bodies per transaction: publishing waits for the head's lock only as long as these take. */
const BATCH_ROWS = 500

export interface SnapshotUpkeepResult {
  readonly bodies: number
  readonly manifests: number
}

/**
 * Removes the bodies that none of the last three manifests names, once a day has passed since they were last named, and the manifests beyond
 * the last fifty. Takes the lock that publishing takes, so that a body that comes back into use at this moment is not removed.
 */
export async function keepSnapshotsSmall(
  database: pg.Pool,
  nowMs: number,
  signal: AbortSignal,
): Promise<SnapshotUpkeepResult> {
  const dayAgo = new Date(nowMs - 86_400_000)
  let bodies = 0
  for (;;) {
    signal.throwIfAborted()
    const removed = await underHeadLock(database, (client, revision) => removeBodies(client, revision, dayAgo))
    bodies += removed
    if (removed < BATCH_ROWS) break
  }
  const manifests = await underHeadLock(database, removeManifests)
  return { bodies, manifests }
}

async function removeBodies(client: pg.PoolClient, revision: number, dayAgo: Date): Promise<number> {
  // The manifest after the last one that named a body is the one that retired it; its time is when the day begins.
  const { rowCount } = await client.query(
    `DELETE FROM snapshot_bodies WHERE hash IN (
       SELECT body.hash FROM snapshot_bodies body
       WHERE body.last_used_revision <= $1 AND body.created_at < $2
         AND NOT EXISTS (SELECT FROM snapshot_manifests retired_by
                         WHERE retired_by.revision = body.last_used_revision + 1 AND retired_by.created_at >= $2)
       LIMIT ${BATCH_ROWS})`,
    [revision - MANIFESTS_IN_USE, dayAgo],
  )
  return rowCount ?? 0
}

async function removeManifests(client: pg.PoolClient, revision: number): Promise<number> {
  const { rowCount } = await client.query('DELETE FROM snapshot_manifests WHERE revision <= $1', [
    revision - MANIFESTS_KEPT,
  ])
  return rowCount ?? 0
}

async function underHeadLock(
  database: pg.Pool,
  work: (client: pg.PoolClient, revision: number) => Promise<number>,
): Promise<number> {
  const client = await database.connect()
  try {
    await client.query('BEGIN')
    const { rows } = await client.query<{ revision: string }>('SELECT revision FROM snapshot_head FOR UPDATE')
    const done = await work(client, Number(rows[0]?.revision ?? 0))
    await client.query('COMMIT')
    return done
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
