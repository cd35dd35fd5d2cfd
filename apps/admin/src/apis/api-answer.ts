import type { ApiAnswer, ApiSummary } from '@penstock/contracts'
import { apiGroupLinks, apiVersionStore, type Api, type ApiVersion, type Tx } from '@penstock/control-store'
import { sameVersion } from '@penstock/publishing'

/** An API as lists show it. */
export function apiSummaryOf(api: Api): ApiSummary {
  return {
    id: api.id,
    module_id: api.moduleId,
    datasource_id: api.datasourceId,
    name: api.name,
    description: api.description,
    sort_order: api.sortOrder,
    http_method: api.httpMethod,
    path: api.path,
    execute_engine: api.executeEngine,
    access_type: api.accessType,
    is_active: api.isActive,
    is_published: api.publishedVersionId !== null,
    published_version_id: api.publishedVersionId,
    published_at: api.publishedAt?.toISOString() ?? null,
    created_at: api.createdAt.toISOString(),
    updated_at: api.updatedAt.toISOString(),
  }
}

/** An API with its draft, its groups, and what is published of it. */
export async function apiAnswerOf(tx: Tx, api: Api): Promise<ApiAnswer> {
  const published = api.publishedVersionId === null ? null : await apiVersionStore.find(tx, api.publishedVersionId)
  return {
    ...ownPart(api),
    group_ids: [...(await apiGroupLinks.members(tx, api.id))],
    ...publishedPart(api, published),
  }
}

/** The API's own columns, as the audit log keeps them, too. */
export function ownPart(api: Api): Omit<ApiAnswer, 'group_ids' | 'published_version' | 'draft_differs'> {
  return {
    ...apiSummaryOf(api),
    content: api.content,
    params: api.params,
    paging: api.paging,
    result_transform: api.resultTransform,
    extra_datasource_ids: api.extraDatasourceIds,
    script_headers: api.scriptHeaders,
    script_limits: api.scriptLimits,
    rate_limit_per_minute: api.rateLimitPerMinute,
    max_concurrent: api.maxConcurrent,
    limit_mode: api.limitMode,
    timeout_ms: api.timeoutMs,
    max_rows: api.maxRows,
    cors_origins: api.corsOrigins,
    cache_ttl_seconds: api.cacheTtlSeconds,
    cache_stale_seconds: api.cacheStaleSeconds,
    stream: api.stream,
    ip_allow: api.ipAllow,
    ip_deny: api.ipDeny,
  }
}

/** The macro versions are those of the published version: a draft takes new ones when it is published. */
function publishedPart(api: Api, published: ApiVersion | null): Pick<ApiAnswer, 'published_version' | 'draft_differs'> {
  return {
    published_version: published?.version ?? null,
    draft_differs: published === null || !sameVersion({ ...api, macroVersions: published.macroVersions }, published),
  }
}
