import { z } from 'zod'

/** One call as it is logged, rejected ones included. Never holds credentials. */
export const accessRecord = z.object({
  id: z.uuid(),
  /** RFC 3339, when the request head had arrived. */
  at: z.string(),
  request_id: z.string().max(200),
  method: z.string().max(16),
  /** As requested, without query. */
  path: z.string().max(2048),
  status: z.number().int(),
  /** Error code of the catalogue; null on success. */
  code: z.string().nullable(),
  duration_ms: z.number(),
  rows: z.number().int().nullable(),
  response_bytes: z.number().int(),
  api_id: z.uuid().nullable(),
  version: z.number().int().nullable(),
  /** The client's public client_id. */
  client_id: z.string().nullable(),
  ip: z.string().max(64),
  user_agent: z.string().max(300).nullable(),
  /** Redacted JSON text of the parameters; null unless GATEWAY_ACCESS_LOG_BODY. */
  params: z.string().max(4000).nullable(),
})
export type AccessRecord = z.output<typeof accessRecord>
