import {
  httpMethod,
  pagingDefinition,
  paramDefinition,
  scriptLimits,
  scriptPlan,
  sqlPlan,
  type ApiEntry,
  type ParamDefinition,
} from '@penstock/contracts'
import { z } from 'zod'
import { orNone, perMinute } from './rate-rules.js'

/** What the configuration database knows of a published API of an active module: its version, its compiled plan and its live settings. */
export const apiFacts = z.object({
  id: z.uuid(),
  name: z.string(),
  module_id: z.uuid(),
  module_name: z.string(),
  version_id: z.uuid(),
  version: z.number().int(),
  http_method: httpMethod,
  path: z.string(),
  datasource_id: z.uuid().nullable(),
  params: z.array(paramDefinition),
  paging: pagingDefinition.nullable(),
  /** Null: the engine is SCRIPT. */
  plan: sqlPlan.nullable(),
  /** Null: there is no script. */
  scripts: scriptPlan.omit({ limits: true }).nullable(),
  script_limits: scriptLimits.nullable(),
  access_type: z.enum(['public', 'private']),
  rate_limit_per_minute: z.number().int().nullable(),
  max_concurrent: z.number().int().nullable(),
  limit_mode: z.enum(['local', 'closed']),
  timeout_ms: z.number().int().nullable(),
  max_rows: z.number().int().nullable(),
  stream: z.boolean(),
  cache_ttl_seconds: z.number().int().nullable(),
  cache_stale_seconds: z.number().int(),
  cache_generation: z.number().int(),
  cors_origins: z.array(z.string()),
  ip_allow: z.array(z.string()),
  ip_deny: z.array(z.string()),
})
export type ApiFacts = z.output<typeof apiFacts>

/** The entry by which gateways serve an API. Equal facts give equal entries. */
export function apiEntryOf(facts: ApiFacts): ApiEntry {
  return {
    kind: 'api',
    id: facts.id,
    name: facts.name,
    module_id: facts.module_id,
    module_name: facts.module_name,
    version_id: facts.version_id,
    version: facts.version,
    method: facts.http_method,
    path: facts.path,
    engine: facts.plan === null ? 'SCRIPT' : 'SQL',
    datasource_id: facts.datasource_id,
    params: facts.params.map(withoutScripts),
    ...(facts.plan === null ? {} : { sql: facts.plan }),
    ...(facts.scripts === null ? {} : { scripts: { ...facts.scripts, limits: facts.script_limits ?? {} } }),
    access_type: facts.access_type,
    rate_limits: perMinute('api', facts.rate_limit_per_minute),
    max_concurrent: orNone(facts.max_concurrent),
    limit_mode: facts.limit_mode,
    timeout_ms: orNone(facts.timeout_ms),
    max_rows: orNone(facts.max_rows),
    ...(facts.stream ? { stream: true } : {}),
    ...(facts.paging === null ? {} : { paging: facts.paging }),
    ...cacheOf(facts),
    cors_origins: facts.cors_origins,
    ip_allow: facts.ip_allow,
    ip_deny: facts.ip_deny,
  }
}

/** A generation means something only while answers are kept. */
function cacheOf({ cache_ttl_seconds, cache_stale_seconds, cache_generation }: ApiFacts): Pick<ApiEntry, 'cache'> {
  if (cache_ttl_seconds === null) return {}
  return {
    cache: { ttl_ms: cache_ttl_seconds * 1000, stale_ms: cache_stale_seconds * 1000, generation: cache_generation },
  }
}

/** Validators travel as what is run, in the plan of the scripts; their authors' text stays here. */
function withoutScripts(definition: ParamDefinition): ParamDefinition {
  const plain = { ...definition }
  delete plain.validation_script
  delete plain.message_when_fail
  return plain
}
