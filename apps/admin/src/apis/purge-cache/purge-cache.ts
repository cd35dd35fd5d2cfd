import type { PurgedCacheAnswer } from '@penstock/contracts'
import { apiStore, publicationStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findApi, findApiForChange } from '../find-api.js'

export type PurgeCache = (caller: Caller, id: string) => Promise<PurgedCacheAnswer>

/**
 * Forgets all cached answers of the API. It travels as every change of an API does, so that it reaches all gateways, with Redis and without:
 * from then on they look for answers under another key.
 */
export function purgeCache({ database, changes, audit }: Pick<Ports, 'database' | 'changes' | 'audit'>): PurgeCache {
  return (caller, id) =>
    database.transaction(async (tx) => {
      const before = await findApiForChange(tx, id)
      await apiStore.bumpCacheGeneration(tx, id)
      const after = await findApi(tx, id)
      await audit(tx, caller, {
        action: 'api.purge-cache',
        resource: { type: 'api', id, name: after.name },
        before: { shown: { cache_generation: before.cacheGeneration } },
        after: { shown: { cache_generation: after.cacheGeneration } },
      })
      const { revision } = (await changes.touch(tx, [`api:${id}`])) ?? (await publicationStore.revision(tx))
      return { id, revision }
    })
}
