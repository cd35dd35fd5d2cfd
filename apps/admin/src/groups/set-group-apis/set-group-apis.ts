import type { GroupAnswer } from '@penstock/contracts'
import { apiStore, groupApiLinks } from '@penstock/control-store'
import { refuseMissing } from '../../base/refuse-missing.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findGroupForChange, groupAnswerOf } from '../group-answer.js'

export type SetGroupApis = (
  caller: Caller,
  id: string,
  body: { readonly api_ids: readonly string[] },
) => Promise<GroupAnswer>

/** Makes the APIs of a group exactly these. */
export function setGroupApis({
  database,
  audit,
  changes,
}: Pick<Ports, 'database' | 'audit' | 'changes'>): SetGroupApis {
  return (caller, id, { api_ids: apiIds }) =>
    database.transaction(async (tx) => {
      const group = await findGroupForChange(tx, id)
      const before = await groupApiLinks.members(tx, id)
      refuseMissing('api_ids', await apiStore.missing(tx, apiIds))
      await groupApiLinks.replace(tx, id, apiIds)
      const after = await groupAnswerOf(tx, group)
      await audit(tx, caller, {
        action: 'group.set_apis',
        resource: { type: 'group', id, name: group.name },
        before: { shown: { api_ids: before } },
        after: { shown: { api_ids: after.api_ids } },
      })
      await changes.touch(tx, [`group:${id}`])
      return after
    })
}
