import type { ApiVersionAnswer, ApiVersionSummary } from '@penstock/contracts'
import type { Api, ApiVersion } from '@penstock/control-store'

/** A version as lists show it. */
export function versionSummaryOf(version: ApiVersion, api: Api): ApiVersionSummary {
  return {
    id: version.id,
    version: version.version,
    commit_message: version.commitMessage,
    created_at: version.createdAt.toISOString(),
    created_by_name: version.createdByName,
    is_published: version.id === api.publishedVersionId,
  }
}

export function versionAnswerOf(version: ApiVersion, api: Api): ApiVersionAnswer {
  return {
    ...versionSummaryOf(version, api),
    api_id: version.apiId,
    http_method: version.httpMethod,
    path: version.path,
    execute_engine: version.executeEngine,
    datasource_id: version.datasourceId,
    content: version.content,
    params: version.params,
    paging: version.paging,
    result_transform: version.resultTransform,
    extra_datasource_ids: version.extraDatasourceIds,
    script_headers: version.scriptHeaders,
    macro_versions: version.macroVersions,
  }
}
