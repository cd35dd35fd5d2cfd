import { z } from 'zod'
import type { JobDefinition } from './job-definition.js'

/** The queue of housekeeping: small jobs that run by the clock and may run twice. */
export const UPKEEP_QUEUE = 'upkeep'

const nothing = z.strictObject({})

/** Housekeeping knows its work from the database and the clock, so a payload would only be one more thing to disagree about. */
function upkeepJob<const Name extends string>(name: Name) {
  return { queue: UPKEEP_QUEUE, name, payload: nothing, id: () => name } satisfies JobDefinition
}

/** Makes the access log's partitions of the next days and drops those whose retention is over. */
export const accessLogPartitionsJob = upkeepJob('access-log-partitions')

/** Removes sessions and revoked tokens whose time is over, and the ids of access-record batches that cannot arrive again. */
export const expiredRecordsJob = upkeepJob('expired-records')

/** Removes snapshot bodies that no recent manifest names, and manifests beyond the last fifty. */
export const snapshotUpkeepJob = upkeepJob('snapshot-upkeep')

/** Forgets gateways that have not been heard of for a day. */
export const staleGatewaysJob = upkeepJob('stale-gateways')
