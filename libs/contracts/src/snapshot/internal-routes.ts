import { z } from 'zod'
import { accessRecord } from '../records/access-record.js'
import { recordOf } from './record-of.js'

/**
 * The routes between the planes. They exist on admin's ops port alone and take `Authorization: Bearer <service token>`, which both sides
 * derive from GATEWAY_KEY.
 */
export const INTERNAL_ROUTES = {
  /**
   * GET → SignedManifest with `ETag: "<epoch>.<revision>"`. With `If-None-Match` equal to that and `?wait_ms=` (at most 30 000) the answer
   * is held until a newer revision exists, then 200, else 304 when the time is over.
   */
  manifest: '/internal/snapshot',
  /** POST BodiesRequest → BodiesAnswer. */
  bodies: '/internal/snapshot/bodies',
  /** POST GatewayHeartbeat → 204. */
  heartbeat: '/internal/heartbeat',
  /** POST AccessRecordBatch → 204. The same batch id twice is stored once. */
  accessRecords: '/internal/access-records',
} as const

/** At most this many bodies in one request. */
export const BODIES_MAX = 1000
export const bodiesRequest = z.object({ hashes: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(BODIES_MAX) })
export type BodiesRequest = z.output<typeof bodiesRequest>
/** Bodies by hash; one that admin does not have is left out. */
export const bodiesAnswer = z.object({ bodies: recordOf((value): value is string => typeof value === 'string') })
export type BodiesAnswer = z.output<typeof bodiesAnswer>

/** At most this many records in one batch. */
export const ACCESS_RECORDS_MAX = 1000
export const accessRecordBatch = z.object({
  batch_id: z.uuid(),
  gateway_id: z.string(),
  records: z.array(accessRecord).max(ACCESS_RECORDS_MAX),
})
export type AccessRecordBatch = z.output<typeof accessRecordBatch>
