import { z } from 'zod'
import { time } from './common.js'

/** One replica as it last reported itself. */
export const gatewayAnswer = z
  .object({
    gateway_id: z.string(),
    url: z.string().nullable(),
    version: z.string(),
    started_at: time,
    seen_at: time,
    heartbeat_age_ms: z.number().int(),
    alive: z.boolean().describe('It reported within the last 20 seconds'),
    epoch: z.uuid().nullable(),
    revision: z.number().int().nullable().describe('What it has loaded'),
    lag: z
      .number()
      .int()
      .nullable()
      .describe('Revisions that it is behind; null when it holds none, or one of another epoch'),
    state: z
      .enum(['current', 'behind', 'ahead', 'other epoch', 'empty'])
      .describe('ahead and other epoch: the configuration database was restored from a backup'),
    source: z.enum(['http', 'redis', 'file']).nullable(),
    persisted: z.boolean(),
    error: z.string().nullable().describe('Why it refused the newest manifest'),
    entry_errors: z.record(z.string(), z.string()).describe('Entries that keep their old version'),
    access_records_dropped: z.number().int(),
  })
  .meta({ id: 'Gateway' })
export type GatewayAnswer = z.output<typeof gatewayAnswer>

export const gatewayList = z
  .object({
    data: z.array(gatewayAnswer),
    total: z.number().int(),
    epoch: z.uuid(),
    revision: z.number().int().describe('The newest revision'),
  })
  .meta({ id: 'GatewayList' })

export const epochAnswer = z.object({ epoch: z.uuid(), revision: z.number().int() }).meta({ id: 'Epoch' })
