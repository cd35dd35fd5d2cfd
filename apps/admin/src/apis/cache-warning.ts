import type { Fault } from '@penstock/errors'
import type { Api, ApiVersion } from '@penstock/control-store'
import type { Examination } from './examine-candidate.js'

/** Said at publish, because gateways keep no answers of what could write, and a time that has no effect looks like one that has. */
export function cacheWarnings(
  { cacheTtlSeconds }: Pick<Api, 'cacheTtlSeconds'>,
  { httpMethod, executeEngine }: Pick<ApiVersion, 'httpMethod' | 'executeEngine'>,
  { writes }: Pick<Examination, 'writes'>,
): Fault[] {
  if (cacheTtlSeconds === null || httpMethod === 'GET') return []
  const reason = reasonToKeepNothing(executeEngine, writes)
  return reason === undefined
    ? []
    : [{ field: 'cache_ttl_seconds', message: `has no effect: ${reason}. Take GET, or null` }]
}

function reasonToKeepNothing(engine: ApiVersion['executeEngine'], writes: boolean | null): string | undefined {
  if (engine === 'SCRIPT') return 'a script behind another method than GET may write'
  if (writes === true) return 'the template writes'
  return writes === null ? 'it could not be proved that the template only reads' : undefined
}
