import type { GatewayHeartbeat } from '@penstock/contracts'
import type { Tx } from '../control-database.js'
import { Gateway } from '../entities/gateway.js'

/** The clock is the database's, so that the age of a report does not depend on which admin is asked. */
const REPORT = /* sql */ `
INSERT INTO gateways (gateway_id, started_at, version, format, epoch, revision, source, persisted, error, entry_errors, url,
  access_records_dropped, seen_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now())
ON CONFLICT (gateway_id) DO UPDATE SET started_at = excluded.started_at, version = excluded.version, format = excluded.format,
  epoch = excluded.epoch, revision = excluded.revision, source = excluded.source, persisted = excluded.persisted,
  error = excluded.error, entry_errors = excluded.entry_errors, url = excluded.url,
  access_records_dropped = excluded.access_records_dropped, seen_at = excluded.seen_at`

const HEARTBEAT_AGES = /* sql */ `
SELECT gateway_id AS "gatewayId", (extract(epoch FROM now() - seen_at) * 1000)::float8 AS "ageMs" FROM gateways`

export const gatewayStore = {
  /** Keeps the newest report of a gateway. */
  async report(tx: Tx, heartbeat: GatewayHeartbeat): Promise<void> {
    await tx.query(REPORT, [
      heartbeat.gateway_id,
      heartbeat.started_at,
      heartbeat.version,
      heartbeat.format,
      heartbeat.epoch,
      heartbeat.revision,
      heartbeat.source,
      heartbeat.persisted,
      heartbeat.error,
      JSON.stringify(heartbeat.entry_errors),
      heartbeat.url,
      heartbeat.access_records_dropped,
    ])
  },

  all(tx: Tx): Promise<Gateway[]> {
    return tx.createQueryBuilder(Gateway, 'gateway').orderBy('gateway.gatewayId', 'ASC').getMany()
  },

  /** Milliseconds since each gateway reported, by its id. */
  async heartbeatAges(tx: Tx): Promise<ReadonlyMap<string, number>> {
    const rows: { gatewayId: string; ageMs: number }[] = await tx.query(HEARTBEAT_AGES)
    return new Map(rows.map(({ gatewayId, ageMs }) => [gatewayId, ageMs]))
  },
}
