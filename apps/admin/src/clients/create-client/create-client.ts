import type { CreateClientRequest, createdClientAnswer } from '@penstock/contracts'
import { clientStore } from '@penstock/control-store'
import { hashClientSecret, newClientSecret } from '@penstock/secrets'
import type { z } from 'zod'
import { keySecret } from '../../base/ensure-keys.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { clientAnswerOf, findClient } from '../client-answer.js'
import { setClientLinks } from '../client-links.js'

export type CreateClient = (caller: Caller, body: CreateClientRequest) => Promise<z.output<typeof createdClientAnswer>>

type Needed = Pick<Ports, 'database' | 'keyring' | 'audit' | 'changes' | 'newId'>

/** Adds a client. Only a keyed hash of its secret is kept: the answer is the one place where the secret is seen. */
export function createClient({ database, keyring, audit, changes, newId }: Needed): CreateClient {
  return (caller, body) =>
    database.transaction(async (tx) => {
      const id = newId()
      const secret = body.client_secret ?? newClientSecret()
      await clientStore.insert(tx, {
        id,
        clientId: body.client_id ?? `client-${newId()}`,
        name: body.name,
        description: body.description,
        secretHash: hashClientSecret(await keySecret(tx, keyring, 'client-secret-pepper'), secret),
        tokenExpireSeconds: body.token_expire_seconds,
        rateLimitPerMinute: body.rate_limit_per_minute,
        maxConcurrent: body.max_concurrent,
        ipAllow: body.ip_allow,
        ipDeny: body.ip_deny,
        isActive: body.is_active,
      })
      await setClientLinks(tx, id, { groupIds: body.group_ids, apiIds: body.api_ids })
      const client = await clientAnswerOf(tx, await findClient(tx, id))
      await audit(tx, caller, {
        action: 'client.create',
        resource: { type: 'client', id, name: client.name },
        after: { shown: client, secrets: { client_secret: secret } },
      })
      await changes.touch(tx, [`client:${id}`])
      return { ...client, client_secret: secret }
    })
}
