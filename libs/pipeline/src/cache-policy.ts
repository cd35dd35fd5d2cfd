import { createHash } from 'node:crypto'
import { canonicalValues } from '@penstock/answer-cache'
import type { ApiEntry } from '@penstock/contracts'
import type { PageRequest } from '@penstock/paging'
import type { Call, CallSettings } from './call.js'
import type { ApiWork, CachePolicy, DatasourcePlan } from './compiled-snapshot.js'
import type { CallParams } from './read-call-params.js'
import { listedHeaders } from './script/script-job-context.js'

/** The policy of an API; undefined when it keeps nothing, or when its statements could write. */
export function cachePolicy(entry: ApiEntry, work: ApiWork): CachePolicy | undefined {
  const { cache } = entry
  if (cache === undefined || work.kind === 'broken') return undefined
  if (entry.method !== 'GET' && (work.kind === 'script' || work.sql.mayWrite)) return undefined
  return Object.freeze({
    ttlMs: cache.ttl_ms,
    staleMs: cache.stale_ms,
    isPublic: entry.access_type === 'public',
    prefix: `${entry.version_id}.${cache.generation}.${entry.max_rows ?? 'default'}`,
    readsParams: entry.params.length > 0 || work.kind === 'script',
    caller: work.kind === 'script' ? work.scripts.requestHeaders : undefined,
  })
}

// Longer keys are hashed: a body of a megabyte may stand in one.
const KEY_CHARACTERS_MAX = 1024

/**
 * All that the answer depends on. Of the caller nothing when it is made by a template: that sees parameters alone, so that whoever may call the
 * API at all may see the same answer to the same parameters. A script sees its client and the listed headers, so they are part of the key.
 * Access and limits were checked before, for each call.
 */
export function cacheKey(
  { prefix, readsParams, caller }: CachePolicy,
  datasource: DatasourcePlan | undefined,
  { rowsMax, bytesMax }: CallSettings,
  params: CallParams,
  { head, trace }: Pick<Call, 'head' | 'trace'>,
): string {
  const values = readsParams ? canonicalValues(params.values) : ''
  const seen = caller === undefined ? '' : JSON.stringify([trace.clientId ?? null, listedHeaders(caller, head.headers)])
  const page = params.page === undefined ? '' : pageKey(params.page.request)
  const source = datasource?.settingsHash ?? ''
  const key = `${prefix}|${source}|${rowsMax ?? ''}|${bytesMax ?? ''}|${params.naming}|${page}|${seen}|${values}`
  return key.length <= KEY_CHARACTERS_MAX ? key : createHash('sha256').update(key).digest('base64url')
}

function pageKey({ page, pageSize, cursor, total }: PageRequest): string {
  return `${page},${pageSize},${total},${cursor ?? ''}`
}
