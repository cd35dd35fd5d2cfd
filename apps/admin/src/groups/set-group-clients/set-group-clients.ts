import type { GroupAnswer } from '@penstock/contracts'
import { clientStore, groupClientLinks } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import { refuseMissing } from '../../base/refuse-missing.js'
import type { Ports } from '../../base/ports.js'
import { allows, type Caller } from '../../base/principal.js'
import { findGroupForChange, groupAnswerOf } from '../group-answer.js'

export type SetGroupClients = (
  caller: Caller,
  id: string,
  body: { readonly client_ids: readonly string[] },
) => Promise<GroupAnswer>

/** Makes the clients of a group exactly these. */
export function setGroupClients({
  database,
  audit,
  changes,
}: Pick<Ports, 'database' | 'audit' | 'changes'>): SetGroupClients {
  return (caller, id, { client_ids: clientIds }) =>
    database.transaction(async (tx) => {
      const group = await findGroupForChange(tx, id)
      const before = await groupClientLinks.members(tx, id)
      refuseMissing('client_ids', await clientStore.missing(tx, clientIds))
      const touched = await groupClientLinks.replace(tx, id, clientIds)
      requireClients(caller, touched)
      const after = await groupAnswerOf(tx, group)
      await audit(tx, caller, {
        action: 'group.set_clients',
        resource: { type: 'group', id, name: group.name },
        before: { shown: { client_ids: before } },
        after: { shown: { client_ids: after.client_ids } },
      })
      // The entry of a client names its groups.
      await changes.touch(tx, [`group:${id}`, ...touched.map((clientId) => `client:${clientId}`)])
      return after
    })
}

/** What a client may call is part of the client, so each one that comes or goes takes the permission to change it. */
function requireClients(caller: Caller, clientIds: readonly string[]): void {
  if (clientIds.every((id) => allows(caller.user, 'client:update', id))) return
  throw new AppError('PERMISSION_DENIED', 'client:update', {
    message: 'Permission required: client:update on each client that comes or goes',
  })
}
