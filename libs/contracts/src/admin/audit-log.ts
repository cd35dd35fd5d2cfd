import { z } from 'zod'
import { time } from './common.js'
import { listAnswer, listQuery, queryText, queryTime } from './list-query.js'

const state = z.record(z.string(), z.unknown()).nullable()

export const auditRecordAnswer = z
  .object({
    id: z.string(),
    at: time,
    user_id: z.uuid().nullable(),
    username: z.string(),
    ip: z.string(),
    request_id: z.string(),
    action: z.string(),
    resource_type: z.string(),
    resource_id: z.string().nullable(),
    resource_name: z.string().nullable(),
    before: state.describe('Secrets are replaced by fingerprints'),
    after: state,
  })
  .meta({ id: 'AuditRecord' })

export const listAuditQuery = listQuery(['-at', 'at'], {
  resource_type: queryText.optional(),
  resource_id: queryText.optional(),
  action: queryText.optional(),
  username: queryText.optional(),
  from: queryTime.optional(),
  to: queryTime.optional(),
})
export const auditList = listAnswer(auditRecordAnswer)
