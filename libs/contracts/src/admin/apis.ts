import { ipRange } from '../ip-range.js'
import { z } from 'zod'
import { pagingDefinition } from '../params/paging-definition.js'
import { HTTP_METHODS, httpMethod, paramDefinition } from '../params/param-definition.js'
import { scriptLimits } from '../snapshot/script-plan.js'
import { changes, concurrentMax, description, displayName, idList, ratePerMinute, time } from './common.js'
import { listAnswer, listQuery, queryFlag, queryText } from './list-query.js'

/** What a version holds: changed in the draft, served after a publish. */
const versioned = {
  datasource_id: z.uuid().nullable().describe('Null only with engine SCRIPT: the script uses none'),
  http_method: httpMethod,
  path: z.string().max(600).describe('Without /api; path parameters in braces: users/{id}'),
  execute_engine: z.enum(['SQL', 'SCRIPT']),
  content: z.string().max(10_000_000).describe('A SQL template, or a script in JavaScript or TypeScript'),
  params: z.array(paramDefinition).max(500),
  paging: pagingDefinition.nullable().describe('How rows are handed out page by page; null: all at once'),
  result_transform: z
    .string()
    .min(1)
    .max(1_000_000)
    .nullable()
    .describe('A script: transform(result, params) answers what becomes the result. Of both engines'),
  extra_datasource_ids: z
    .array(z.uuid())
    .max(20)
    .describe('Data sources that scripts reach by db.source(name), beside datasource_id'),
  script_headers: z
    .array(
      z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be the name of a header'),
    )
    .max(50)
    .describe(
      'Request headers that scripts see in req.headers; authorization and cookie only when they are named here',
    ),
}

/** As browsers send it: anything else would never match and allow nobody. */
const corsOrigin = z
  .string()
  .trim()
  .max(300)
  .regex(
    /^(?:\*|[a-z][a-z0-9+.-]*:\/\/[^\sA-Z/?#@]+)$/,
    'must be * or an origin such as https://app.example.com: lower case, without a path or a slash at its end',
  )

/** Who may call and how much: effective at once on every gateway. */
const live = {
  access_type: z.enum(['public', 'private']),
  rate_limit_per_minute: ratePerMinute,
  max_concurrent: concurrentMax,
  limit_mode: z.enum(['local', 'closed']).describe('While the limits’ store is away: count locally, or refuse'),
  timeout_ms: z.number().int().min(1).max(86_400_000).nullable(),
  max_rows: z.number().int().min(1).max(100_000_000).nullable(),
  cors_origins: z
    .array(corsOrigin)
    .max(100)
    .describe('Pages of these origins may read the answers in a browser; * is any, an empty list none'),
  is_active: z.boolean(),
  cache_ttl_seconds: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .nullable()
    .describe('Answers of statements that only read are given again for so long; null: never'),
  cache_stale_seconds: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .describe(
      'For so long after that the old answer is given at once, while one call in the background makes a new one',
    ),
  script_limits: scriptLimits
    .nullable()
    .describe('Budgets of the scripts, within the maximum of the gateway; null: its defaults'),
  stream: z.boolean().describe('Callers may ask for NDJSON and CSV, whose rows have no cap but max_rows'),
  ip_allow: z.array(ipRange).max(1000).describe('Only callers from these addresses may call; empty: all may'),
  ip_deny: z
    .array(ipRange)
    .max(1000)
    .describe('Callers from these addresses may not call, even when ip_allow has them'),
}

const fields = z.strictObject({
  module_id: z.uuid(),
  name: displayName,
  description,
  sort_order: z.number().int().min(-1_000_000).max(1_000_000),
  ...versioned,
  ...live,
  group_ids: idList,
})

export const createApiRequest = fields
  .extend({
    description: description.default(''),
    datasource_id: versioned.datasource_id.default(null),
    sort_order: fields.shape.sort_order.default(0),
    execute_engine: versioned.execute_engine.default('SQL'),
    content: versioned.content.default(''),
    params: versioned.params.default([]),
    paging: versioned.paging.default(null),
    result_transform: versioned.result_transform.default(null),
    extra_datasource_ids: versioned.extra_datasource_ids.default([]),
    script_headers: versioned.script_headers.default([]),
    script_limits: live.script_limits.default(null),
    access_type: live.access_type.default('private'),
    rate_limit_per_minute: live.rate_limit_per_minute.default(null),
    max_concurrent: live.max_concurrent.default(null),
    limit_mode: live.limit_mode.default('local'),
    timeout_ms: live.timeout_ms.default(null),
    max_rows: live.max_rows.default(null),
    cors_origins: live.cors_origins.default([]),
    is_active: z.boolean().default(true),
    cache_ttl_seconds: live.cache_ttl_seconds.default(null),
    cache_stale_seconds: live.cache_stale_seconds.default(0),
    stream: live.stream.default(false),
    ip_allow: live.ip_allow.default([]),
    ip_deny: live.ip_deny.default([]),
    group_ids: idList.default([]),
  })
  .refine(({ execute_engine, datasource_id }) => execute_engine === 'SCRIPT' || datasource_id !== null, {
    path: ['datasource_id'],
    message: 'is required with engine SQL',
  })
  .meta({ id: 'CreateApiRequest' })
export type CreateApiRequest = z.output<typeof createApiRequest>

export const changeApiRequest = changes(fields)
  .extend({ confirm_shrink: z.boolean().default(false) })
  .meta({ id: 'ChangeApiRequest' })
export type ChangeApiRequest = z.output<typeof changeApiRequest>

const summary = z.object({
  id: z.uuid(),
  module_id: z.uuid(),
  datasource_id: z.uuid().nullable(),
  name: z.string(),
  description: z.string(),
  sort_order: z.number().int(),
  http_method: httpMethod,
  path: z.string(),
  execute_engine: z.enum(['SQL', 'SCRIPT']),
  access_type: z.enum(['public', 'private']),
  is_active: z.boolean(),
  is_published: z.boolean(),
  published_version_id: z.uuid().nullable(),
  published_at: time.nullable(),
  created_at: time,
  updated_at: time,
})
export const apiSummary = summary.meta({ id: 'ApiSummary' })
export type ApiSummary = z.output<typeof apiSummary>

export const apiAnswer = summary
  .extend({
    content: z.string(),
    params: z.array(paramDefinition),
    paging: pagingDefinition.nullable(),
    result_transform: z.string().nullable(),
    extra_datasource_ids: z.array(z.uuid()),
    script_headers: z.array(z.string()),
    script_limits: scriptLimits.nullable(),
    rate_limit_per_minute: z.number().int().nullable(),
    max_concurrent: z.number().int().nullable(),
    limit_mode: z.enum(['local', 'closed']),
    timeout_ms: z.number().int().nullable(),
    max_rows: z.number().int().nullable(),
    cors_origins: z.array(z.string()),
    cache_ttl_seconds: z.number().int().nullable(),
    cache_stale_seconds: z.number().int(),
    stream: z.boolean(),
    ip_allow: z.array(z.string()),
    ip_deny: z.array(z.string()),
    group_ids: z.array(z.uuid()),
    published_version: z.number().int().nullable(),
    draft_differs: z.boolean().describe('True when the draft holds something that is not published'),
  })
  .meta({ id: 'Api' })
export type ApiAnswer = z.output<typeof apiAnswer>

export const listApisQuery = listQuery(
  ['name', 'path', 'http_method', 'sort_order', 'created_at', 'updated_at', 'published_at'],
  {
    name: queryText.optional(),
    path: queryText.optional(),
    module_id: z.uuid().optional(),
    datasource_id: z.uuid().optional(),
    http_method: z.enum(HTTP_METHODS).optional(),
    access_type: z.enum(['public', 'private']).optional(),
    is_active: queryFlag.optional(),
    is_published: queryFlag.optional(),
  },
)
export const apiList = listAnswer(apiSummary)

export const confirmShrinkQuery = z.strictObject({
  confirm_shrink: queryFlag.default(false).describe('Needed when more than half of the published routes would vanish'),
})

export const purgedCacheAnswer = z
  .object({
    id: z.uuid(),
    revision: z.number().int().describe('Gateways that report this revision give no answer that was made before'),
  })
  .meta({ id: 'PurgedCache' })
export type PurgedCacheAnswer = z.output<typeof purgedCacheAnswer>
