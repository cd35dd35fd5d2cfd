import { accessLogPartitionsJob, expiredRecordsJob, snapshotUpkeepJob, staleGatewaysJob } from '@penstock/contracts'
import { jobHandler, type JobHandler, type Schedule } from '@penstock/queue'
import type pg from 'pg'
import { keepAccessLogPartitions } from './access-log-partitions/access-log-partitions.js'
import { removeExpiredRecords } from './expired-records/expired-records.js'
import { keepSnapshotsSmall } from './snapshot-upkeep/snapshot-upkeep.js'
import { forgetStaleGateways } from './stale-gateways/stale-gateways.js'

const MINUTE_MS = 60_000

/** How often each job runs, over all workers together. None is urgent: each leaves a margin of a day or more. */
export const UPKEEP_SCHEDULES: readonly Schedule[] = [
  { definition: accessLogPartitionsJob, everyMs: 60 * MINUTE_MS },
  { definition: expiredRecordsJob, everyMs: 30 * MINUTE_MS },
  { definition: snapshotUpkeepJob, everyMs: 15 * MINUTE_MS },
  { definition: staleGatewaysJob, everyMs: 15 * MINUTE_MS },
]

export interface UpkeepNeeds {
  readonly database: pg.Pool
  readonly accessLogRetentionDays: number
  readonly nowMs: () => number
}

/** What is done for each job of the upkeep queue. */
export function upkeepHandlers({ database, accessLogRetentionDays, nowMs }: UpkeepNeeds): readonly JobHandler[] {
  return [
    jobHandler(accessLogPartitionsJob, () => keepAccessLogPartitions(database, accessLogRetentionDays, nowMs())),
    jobHandler(expiredRecordsJob, (_payload, { signal }) => removeExpiredRecords(database, nowMs(), signal)),
    jobHandler(snapshotUpkeepJob, (_payload, { signal }) => keepSnapshotsSmall(database, nowMs(), signal)),
    jobHandler(staleGatewaysJob, () => forgetStaleGateways(database, nowMs())),
  ]
}
