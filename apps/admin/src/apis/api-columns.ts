import type { ChangeApiRequest, CreateApiRequest } from '@penstock/contracts'
import type { Api } from '@penstock/control-store'
import { normalisePath } from '@penstock/routing'
import { defined } from '../base/defined.js'
import { inputInvalid } from '../base/parse-input.js'

/** What a version holds. Changing one of these changes the draft alone; the rest is live at once. */
const VERSIONED = [
  'datasourceId',
  'httpMethod',
  'path',
  'executeEngine',
  'content',
  'params',
  'paging',
  'resultTransform',
  'extraDatasourceIds',
  'scriptHeaders',
] as const

/** The columns that a request says something about. Throws INPUT_INVALID when its path cannot be one. */
export function apiColumns(body: ChangeApiRequest | CreateApiRequest) {
  return defined({
    moduleId: body.module_id,
    datasourceId: body.datasource_id,
    name: body.name,
    description: body.description,
    sortOrder: body.sort_order,
    httpMethod: body.http_method,
    path: body.path === undefined ? undefined : checkedPath(body.path),
    executeEngine: body.execute_engine,
    content: body.content,
    params: body.params,
    resultTransform: body.result_transform,
    extraDatasourceIds: eachOnce(body.extra_datasource_ids),
    scriptHeaders: eachOnce(body.script_headers),
    paging: body.paging,
    accessType: body.access_type,
    rateLimitPerMinute: body.rate_limit_per_minute,
    maxConcurrent: body.max_concurrent,
    limitMode: body.limit_mode,
    timeoutMs: body.timeout_ms,
    maxRows: body.max_rows,
    scriptLimits: body.script_limits,
    stream: body.stream,
    cacheTtlSeconds: body.cache_ttl_seconds,
    cacheStaleSeconds: body.cache_stale_seconds,
    corsOrigins: body.cors_origins,
    ipAllow: body.ip_allow,
    ipDeny: body.ip_deny,
    isActive: body.is_active,
  })
}

/** True when the change gives one of the versioned columns another value. */
export function changesDraft(api: Api, columns: ReturnType<typeof apiColumns>): boolean {
  return VERSIONED.some((name) => {
    const wanted = columns[name]
    return wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(api[name])
  })
}

function eachOnce(items: readonly string[] | undefined): string[] | undefined {
  return items === undefined ? undefined : [...new Set(items)]
}

function checkedPath(path: string): string {
  const normalised = normalisePath(path)
  if (normalised.ok) return normalised.pattern.path
  throw inputInvalid(normalised.faults.map((message) => ({ field: 'path', message })))
}
