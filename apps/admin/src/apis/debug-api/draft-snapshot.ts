import type { ScriptPlan, SqlPlan } from '@penstock/contracts'
import type { Api, Datasource } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import { compileSnapshot, type ApiPlan, type CompiledSnapshot, type DatasourcePlan } from '@penstock/pipeline'
import { apiEntryOf, type ScriptTextsPlan } from '@penstock/publishing'
import type { WrappingKey } from '@penstock/secrets'

/** A draft as far as it can be run. */
export interface RunnableDraft {
  readonly api: Api
  readonly moduleName: string
  readonly plan: SqlPlan | undefined
  readonly scripts: ScriptTextsPlan | undefined
  /** Its data source, and those that its scripts reach beside it. */
  readonly datasources: readonly Datasource[]
  /** People read what comes back: no more rows than this. */
  readonly rowsMax: number
}

/** A snapshot that holds nothing but the draft, compiled as a gateway would compile it. Its data sources are without their addresses. */
export function draftSnapshot(
  draft: RunnableDraft,
  wrappingKey: WrappingKey,
): { readonly snapshot: CompiledSnapshot; readonly plan: ApiPlan } {
  const entry = apiEntryOf(factsOf(draft))
  const version = { epoch: draft.api.id, revision: 0 }
  const compiling = compileSnapshot({ version, changed: [entry], removed: [] }, undefined, wrappingKey)
  let step = compiling.next()
  while (step.done !== true) step = compiling.next()
  const { snapshot, entryErrors } = step.value
  const plan = snapshot.apis.get(entry.id)
  const [fault] = entryErrors.values()
  if (plan === undefined || fault !== undefined) throw new AppError('API_BROKEN', fault ?? 'the draft was not compiled')
  const datasources = new Map(draft.datasources.map((datasource) => [datasource.id, datasourcePlan(datasource)]))
  return { snapshot: { ...snapshot, datasources }, plan }
}

function factsOf({ api, moduleName, plan, scripts, rowsMax }: RunnableDraft) {
  return {
    id: api.id,
    name: api.name,
    module_id: api.moduleId,
    module_name: moduleName,
    version_id: api.id,
    version: 0,
    http_method: api.httpMethod,
    path: api.path,
    datasource_id: api.datasourceId,
    params: api.params,
    plan: plan ?? null,
    scripts: scripts === undefined ? null : withSurroundings(scripts, api),
    script_limits: api.scriptLimits,
    access_type: 'public' as const,
    rate_limit_per_minute: null,
    max_concurrent: null,
    limit_mode: api.limitMode,
    timeout_ms: api.timeoutMs,
    max_rows: Math.min(api.maxRows ?? rowsMax, rowsMax),
    stream: false,
    paging: api.paging,
    cache_ttl_seconds: null,
    cache_stale_seconds: 0,
    cache_generation: 0,
    cors_origins: [],
    ip_allow: [],
    ip_deny: [],
  }
}

function withSurroundings(
  scripts: ScriptTextsPlan,
  { extraDatasourceIds, scriptHeaders }: Api,
): Omit<ScriptPlan, 'limits'> {
  return { ...scripts, extra_datasource_ids: extraDatasourceIds, request_headers: scriptHeaders }
}

/** Connections are opened by the one who leases drivers; a plan only says which data source it is. */
function datasourcePlan({ id, name, isActive, productType, options }: Datasource): DatasourcePlan {
  return {
    id,
    name,
    isActive,
    productType,
    settingsHash: '',
    connection: {
      host: '',
      port: 0,
      database: '',
      username: '',
      password: undefined,
      ssl: { mode: 'disable' },
      poolSize: undefined,
      connectTimeoutMs: undefined,
      searchPath: [],
      transactionPooler: false,
      closeAfterExecute: false,
    },
    queueSize: undefined,
    queueWaitMs: undefined,
    statementTimeoutMs: options.statement_timeout_ms,
  }
}
