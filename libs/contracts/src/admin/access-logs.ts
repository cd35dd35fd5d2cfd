import { z } from 'zod'
import { time } from './common.js'
import { listAnswer, listQuery, queryText, queryTime } from './list-query.js'

const summary = z.object({
  id: z.uuid(),
  at: time,
  request_id: z.string(),
  method: z.string(),
  path: z.string(),
  status: z.number().int(),
  code: z.string().nullable(),
  duration_ms: z.number(),
  rows: z.number().int().nullable(),
  response_bytes: z.number().int(),
  api_id: z.uuid().nullable(),
  api_name: z.string().nullable(),
  client_id: z.string().nullable(),
  ip: z.string(),
})
export const accessLogSummary = summary.meta({ id: 'AccessLogSummary' })
export type AccessLogSummary = z.output<typeof accessLogSummary>
export const accessLogAnswer = summary
  .extend({
    gateway_id: z.string(),
    version: z.number().int().nullable(),
    user_agent: z.string().nullable(),
    params: z.string().nullable(),
  })
  .meta({ id: 'AccessLog' })
export type AccessLogAnswer = z.output<typeof accessLogAnswer>

/** One status (`404`) or a class of them (`5xx`). */
const statusFilter = z.string().regex(/^([1-5]xx|[1-5][0-9]{2})$/, 'must be a status like 404 or a class like 5xx')

export const listAccessLogsQuery = listQuery(['-at', 'at', '-duration_ms'], {
  path: queryText.optional(),
  method: queryText.optional(),
  status: statusFilter.optional(),
  client_id: queryText.optional(),
  api_id: z.uuid().optional(),
  from: queryTime.optional(),
  to: queryTime.optional(),
})
export const accessLogList = listAnswer(accessLogSummary)
