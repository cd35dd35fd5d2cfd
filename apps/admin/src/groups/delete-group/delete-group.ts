import { groupStore, principalStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findGroupForChange, groupAnswerOf } from '../group-answer.js'

export type DeleteGroup = (caller: Caller, id: string) => Promise<void>

/** Removes a group. Its links are its own and go with it: its clients lose what only it granted. */
export function deleteGroup({ database, audit, changes }: Pick<Ports, 'database' | 'audit' | 'changes'>): DeleteGroup {
  return (caller, id) =>
    database.transaction(async (tx) => {
      const group = await findGroupForChange(tx, id)
      const before = await groupAnswerOf(tx, group)
      await groupStore.remove(tx, id)
      await principalStore.forgetResource(tx, id)
      await audit(tx, caller, {
        action: 'group.delete',
        resource: { type: 'group', id, name: group.name },
        before: { shown: before },
      })
      await changes.touch(tx, [`group:${id}`, ...before.client_ids.map((clientId) => `client:${clientId}`)])
    })
}
