import { PAGING_PARAM_NAMES, type ApiEntry } from '@penstock/contracts'
import { pagingPlan } from '@penstock/paging'
import { compileParams } from '@penstock/params'
import { addressRule } from './address-rule.js'
import { cachePolicy } from './cache-policy.js'
import { rateTemplate } from './compile-entries.js'
import type { ApiPlan, ApiWork } from './compiled-snapshot.js'
import { compileScriptWork, programOf } from './script/script-work.js'
import { loadSqlUnit } from './sql-unit.js'

/** An API as calls need it. Throws when its template or its parameters cannot be used by this build. */
export function compileApi(entry: ApiEntry): ApiPlan {
  return planOf(entry, entry.engine === 'SCRIPT' ? scriptWork(entry) : sqlWork(entry))
}

function sqlWork(entry: ApiEntry): ApiWork {
  if (entry.sql === undefined) throw new Error('the entry has no template')
  const sql = loadSqlUnit(entry.sql)
  const paging = entry.paging === undefined ? undefined : pagingPlan(entry.paging, sql.program.dialect)
  const params = compileParams(entry.params, paging === undefined ? [] : PAGING_PARAM_NAMES)
  return { kind: 'sql', params, sql, paging, scripts: compileScriptWork(entry) }
}

function scriptWork(entry: ApiEntry): ApiWork {
  const scripts = compileScriptWork(entry)
  const main = entry.scripts?.main
  if (scripts === undefined || main === undefined) throw new Error('the entry has no script')
  return { kind: 'script', params: compileParams(entry.params), main: programOf(main), scripts }
}

/** A plan that only answers API_BROKEN, under the route and the access rules of its entry. */
export function brokenApi(entry: ApiEntry, reason: string): ApiPlan {
  return planOf(entry, { kind: 'broken', reason })
}

function planOf(entry: ApiEntry, work: ApiWork): ApiPlan {
  return Object.freeze({
    id: entry.id,
    method: entry.method,
    path: entry.path,
    called: Object.freeze({
      id: entry.id,
      name: entry.name,
      version: entry.version,
      moduleName: entry.module_name,
    }),
    isPublic: entry.access_type === 'public',
    datasourceId: entry.datasource_id ?? undefined,
    readOnly: entry.method === 'GET',
    rates: entry.rate_limits.map(rateTemplate),
    maxConcurrent: entry.max_concurrent ?? undefined,
    whenAway: entry.limit_mode,
    timeoutMs: entry.timeout_ms ?? undefined,
    rowsMax: entry.max_rows ?? undefined,
    streams: entry.stream === true,
    cache: cachePolicy(entry, work),
    corsOrigins: entry.cors_origins,
    mayCallFrom: addressRule(entry.ip_allow, entry.ip_deny),
    work,
  })
}
