import { createHash } from 'node:crypto'
import { canonicalValues } from '@penstock/answer-cache'
import type { ApiEntry } from '@penstock/contracts'
import type { PageRequest } from '@penstock/paging'
import type { CallSettings } from './call.js'
import type { ApiWork, CachePolicy, DatasourcePlan } from './compiled-snapshot.js'
import type { CallParams } from './read-call-params.js'

/** The policy of an API; undefined when it keeps nothing, or when its statements could write. */
export function cachePolicy(entry: ApiEntry, work: ApiWork): CachePolicy | undefined {
  const { cache } = entry
  if (cache === undefined || work.kind !== 'ready') return undefined
  if (entry.method !== 'GET' && work.sql.mayWrite) return undefined
  return Object.freeze({
    ttlMs: cache.ttl_ms,
    staleMs: cache.stale_ms,
    isPublic: entry.access_type === 'public',
    prefix: `${entry.version_id}.${cache.generation}.${entry.max_rows ?? 'default'}`,
    readsParams: entry.params.length > 0,
  })
}

// Longer keys are hashed: a body of a megabyte may stand in one.
const KEY_CHARACTERS_MAX = 1024

/**
 * All that the answer depends on. Nothing of the caller: a template sees parameters alone, so that whoever may call the API at all may see
 * the same answer to the same parameters. Access and limits were checked before, for each call.
 */
export function cacheKey(
  { prefix, readsParams }: CachePolicy,
  datasource: DatasourcePlan,
  { rowsMax, bytesMax }: CallSettings,
  params: CallParams,
): string {
  const values = readsParams ? canonicalValues(params.values) : ''
  const page = params.page === undefined ? '' : pageKey(params.page.request)
  const key = `${prefix}|${datasource.settingsHash}|${rowsMax ?? ''}|${bytesMax ?? ''}|${params.naming}|${page}|${values}`
  return key.length <= KEY_CHARACTERS_MAX ? key : createHash('sha256').update(key).digest('base64url')
}

function pageKey({ page, pageSize, cursor, total }: PageRequest): string {
  return `${page},${pageSize},${total},${cursor ?? ''}`
}
