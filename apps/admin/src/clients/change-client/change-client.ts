import type { ChangeClientRequest, ClientAnswer } from '@penstock/contracts'
import { clientStore } from '@penstock/control-store'
import { defined } from '../../base/defined.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { clientAnswerOf, findClient, findClientForChange } from '../client-answer.js'
import { setClientLinks } from '../client-links.js'
import { tokensValidFrom } from '../tokens-valid-from.js'

export type ChangeClient = (caller: Caller, id: string, body: ChangeClientRequest) => Promise<ClientAnswer>

type Needed = Pick<Ports, 'database' | 'audit' | 'changes' | 'now'>

/** Changes a client. Switching it off ends its tokens for good: they do not come back when it is switched on again. */
export function changeClient({ database, audit, changes, now }: Needed): ChangeClient {
  return (caller, id, body) =>
    database.transaction(async (tx) => {
      const row = await findClientForChange(tx, id)
      const before = await clientAnswerOf(tx, row)
      await clientStore.change(tx, id, {
        ...defined({
          name: body.name,
          description: body.description,
          rateLimitPerMinute: body.rate_limit_per_minute,
          maxConcurrent: body.max_concurrent,
          tokenExpireSeconds: body.token_expire_seconds,
          ipAllow: body.ip_allow,
          ipDeny: body.ip_deny,
          isActive: body.is_active,
        }),
        ...(row.isActive && body.is_active === false ? { tokensValidFrom: tokensValidFrom(now()) } : {}),
      })
      await setClientLinks(tx, id, { groupIds: body.group_ids, apiIds: body.api_ids })
      const after = await clientAnswerOf(tx, await findClient(tx, id))
      await audit(tx, caller, {
        action: 'client.update',
        resource: { type: 'client', id, name: after.name },
        before: { shown: before },
        after: { shown: after },
      })
      await changes.touch(tx, [`client:${id}`])
      return after
    })
}
