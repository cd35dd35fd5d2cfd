import type { Revision } from '@penstock/publishing'
import { publicationStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'

export type BeginEpoch = (caller: Caller) => Promise<Revision>

/**
 * Says that the configuration database was restored from a backup and that this older state is meant: gateways then take it, though they have
 * seen greater revisions. Its route is for superusers, because what was published since the backup vanishes from every gateway.
 */
export function beginEpoch({
  database,
  publisher,
  audit,
}: Pick<Ports, 'database' | 'publisher' | 'audit'>): BeginEpoch {
  return async (caller) => {
    return database.transaction(async (tx) => {
      const before = await publicationStore.revision(tx)
      const after = await publisher.beginEpoch(tx)
      await audit(tx, caller, {
        action: 'snapshot.epoch',
        resource: { type: 'snapshot' },
        before: { shown: before },
        after: { shown: after },
      })
      return after
    })
  }
}
