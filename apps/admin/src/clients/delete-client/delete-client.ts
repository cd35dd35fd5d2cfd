import type { confirmShrinkQuery } from '@penstock/contracts'
import { clientStore, principalStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { clientAnswerOf, findClientForChange } from '../client-answer.js'

export type DeleteClient = (caller: Caller, id: string, query: z.output<typeof confirmShrinkQuery>) => Promise<void>

/** Removes a client. Its links are its own and go with it; its tokens end. */
export function deleteClient({
  database,
  audit,
  changes,
}: Pick<Ports, 'database' | 'audit' | 'changes'>): DeleteClient {
  return (caller, id, { confirm_shrink: confirmShrink }) =>
    database.transaction(async (tx) => {
      const client = await findClientForChange(tx, id)
      const before = await clientAnswerOf(tx, client)
      await clientStore.remove(tx, id)
      await principalStore.forgetResource(tx, id)
      await audit(tx, caller, {
        action: 'client.delete',
        resource: { type: 'client', id, name: client.name },
        before: { shown: before },
      })
      await changes.touch(tx, [`client:${id}`], { confirmShrink })
    })
}
