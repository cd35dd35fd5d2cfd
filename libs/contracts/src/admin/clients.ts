import { z } from 'zod'
import { ipRange } from '../ip-range.js'
import { httpMethod } from '../params/param-definition.js'
import { changes, concurrentMax, description, displayName, idList, ratePerMinute, time } from './common.js'
import { listAnswer, listQuery, queryFlag, queryText } from './list-query.js'

const fields = z.strictObject({
  name: displayName,
  description,
  rate_limit_per_minute: ratePerMinute,
  max_concurrent: concurrentMax,
  token_expire_seconds: z.number().int().min(60).max(86_400).nullable().describe('Null: GATEWAY_JWT_EXPIRE_SECONDS'),
  ip_allow: z.array(ipRange).max(1000).describe('Only calls from these addresses are taken; empty: from all'),
  ip_deny: z.array(ipRange).max(1000).describe('Calls from these addresses are not taken, even when ip_allow has them'),
  is_active: z.boolean(),
  group_ids: idList,
  api_ids: idList,
})

/** Secrets are checked with a fast keyed hash, so a short one would fall to guessing as soon as the pepper leaks. */
const chosenSecret = z.string().min(16).max(512)

export const createClientRequest = fields
  .extend({
    client_id: z
      .string()
      .regex(/^[A-Za-z0-9._-]{3,128}$/, 'must be 3 to 128 letters, digits, ., _ and -')
      .optional()
      .describe('Left out: one is made'),
    client_secret: chosenSecret.optional().describe('Left out: one of 256 random bits is made'),
    description: description.default(''),
    rate_limit_per_minute: ratePerMinute.default(null),
    max_concurrent: concurrentMax.default(null),
    token_expire_seconds: fields.shape.token_expire_seconds.default(null),
    ip_allow: fields.shape.ip_allow.default([]),
    ip_deny: fields.shape.ip_deny.default([]),
    is_active: z.boolean().default(true),
    group_ids: idList.default([]),
    api_ids: idList.default([]),
  })
  .meta({ id: 'CreateClientRequest' })
export type CreateClientRequest = z.output<typeof createClientRequest>
export const changeClientRequest = changes(fields).meta({ id: 'ChangeClientRequest' })
export type ChangeClientRequest = z.output<typeof changeClientRequest>

const client = z.object({
  id: z.uuid(),
  client_id: z.string(),
  name: z.string(),
  description: z.string(),
  rate_limit_per_minute: ratePerMinute,
  max_concurrent: concurrentMax,
  token_expire_seconds: z.number().int().nullable(),
  ip_allow: z.array(z.string()),
  ip_deny: z.array(z.string()),
  is_active: z.boolean(),
  created_at: time,
  updated_at: time,
})
export const clientSummary = client.meta({ id: 'ClientSummary' })
export type ClientSummary = z.output<typeof clientSummary>
const withLinks = client.extend({ group_ids: z.array(z.uuid()), api_ids: z.array(z.uuid()) })
export const clientAnswer = withLinks.meta({ id: 'Client' })
export type ClientAnswer = z.output<typeof clientAnswer>
export const createdClientAnswer = withLinks
  .extend({ client_secret: z.string().describe('Shown this once') })
  .meta({ id: 'CreatedClient' })

export const rotatedSecretAnswer = z
  .object({ client_id: z.string(), client_secret: z.string().describe('Shown this once') })
  .meta({ id: 'RotatedSecret' })

export const listClientsQuery = listQuery(['name', 'client_id', 'created_at', 'updated_at'], {
  name: queryText.optional(),
  client_id: queryText.optional(),
  is_active: queryFlag.optional(),
})
export const clientList = listAnswer(clientSummary)

export const effectiveApisAnswer = z.object({
  data: z.array(
    z
      .object({
        id: z.uuid(),
        name: z.string(),
        http_method: httpMethod,
        path: z.string(),
        access_type: z.enum(['public', 'private']),
        is_published: z.boolean(),
        direct: z.boolean().describe('Linked without a group'),
        groups: z.array(z.string()).describe('Active groups that link it'),
      })
      .meta({ id: 'EffectiveApi' }),
  ),
})
