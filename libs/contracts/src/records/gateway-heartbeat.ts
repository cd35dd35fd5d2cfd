import { z } from 'zod'

/** What a gateway says of itself every few seconds. */
export const gatewayHeartbeat = z.object({
  gateway_id: z.string().min(1).max(100),
  started_at: z.string(),
  version: z.string(),
  /** The newest snapshot format that it reads. */
  format: z.number().int(),
  epoch: z.uuid().nullable(),
  revision: z.number().int().nullable(),
  /** Where its snapshot came from. */
  source: z.enum(['http', 'redis', 'file']).nullable(),
  /** False when the last-good file could not be written. */
  persisted: z.boolean(),
  /** Why the newest manifest was refused, if it was. */
  error: z.string().max(2000).nullable(),
  /** Entries that did not compile and keep their old version: key → sentence. At most 100. */
  entry_errors: z.record(z.string(), z.string()),
  url: z.string().nullable(),
  access_records_dropped: z.number().int(),
})
export type GatewayHeartbeat = z.output<typeof gatewayHeartbeat>
