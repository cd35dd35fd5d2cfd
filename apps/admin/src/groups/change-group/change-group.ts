import type { ChangeGroupRequest, GroupAnswer } from '@penstock/contracts'
import { groupStore } from '@penstock/control-store'
import { defined } from '../../base/defined.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findGroup, findGroupForChange, groupAnswerOf, groupSummaryOf } from '../group-answer.js'

export type ChangeGroup = (caller: Caller, id: string, body: ChangeGroupRequest) => Promise<GroupAnswer>

/** Changes a group. While it is not active it grants nothing. */
export function changeGroup({ database, audit, changes }: Pick<Ports, 'database' | 'audit' | 'changes'>): ChangeGroup {
  return (caller, id, { is_active: isActive, ...columns }) =>
    database.transaction(async (tx) => {
      const before = await findGroupForChange(tx, id)
      await groupStore.change(tx, id, defined({ ...columns, isActive }))
      const after = await findGroup(tx, id)
      await audit(tx, caller, {
        action: 'group.update',
        resource: { type: 'group', id, name: after.name },
        before: { shown: groupSummaryOf(before) },
        after: { shown: groupSummaryOf(after) },
      })
      await changes.touch(tx, [`group:${id}`])
      return groupAnswerOf(tx, after)
    })
}
