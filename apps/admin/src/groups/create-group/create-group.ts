import type { CreateGroupRequest, GroupAnswer } from '@penstock/contracts'
import { groupStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findGroup, groupAnswerOf } from '../group-answer.js'

export type CreateGroup = (caller: Caller, body: CreateGroupRequest) => Promise<GroupAnswer>

/** Adds an empty group. */
export function createGroup({
  database,
  audit,
  changes,
  newId,
}: Pick<Ports, 'database' | 'audit' | 'changes' | 'newId'>): CreateGroup {
  return (caller, { name, description, is_active: isActive }) =>
    database.transaction(async (tx) => {
      const id = newId()
      await groupStore.insert(tx, { id, name, description, isActive })
      const group = await groupAnswerOf(tx, await findGroup(tx, id))
      await audit(tx, caller, {
        action: 'group.create',
        resource: { type: 'group', id, name },
        after: { shown: group },
      })
      await changes.touch(tx, [`group:${id}`])
      return group
    })
}
