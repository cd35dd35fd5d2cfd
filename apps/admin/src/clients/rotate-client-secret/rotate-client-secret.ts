import type { rotatedSecretAnswer } from '@penstock/contracts'
import { clientStore } from '@penstock/control-store'
import { hashClientSecret, newClientSecret } from '@penstock/secrets'
import type { z } from 'zod'
import { keySecret } from '../../base/ensure-keys.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findClientForChange } from '../client-answer.js'
import { tokensValidFrom } from '../tokens-valid-from.js'

export type RotateClientSecret = (caller: Caller, id: string) => Promise<z.output<typeof rotatedSecretAnswer>>

type Needed = Pick<Ports, 'database' | 'keyring' | 'audit' | 'changes' | 'now'>

/** Gives a client a new secret. The old one, and every token that was got with it, ends as soon as gateways have heard. */
export function rotateClientSecret({ database, keyring, audit, changes, now }: Needed): RotateClientSecret {
  return (caller, id) =>
    database.transaction(async (tx) => {
      const client = await findClientForChange(tx, id)
      const secret = newClientSecret()
      const secretHash = hashClientSecret(await keySecret(tx, keyring, 'client-secret-pepper'), secret)
      await clientStore.change(tx, id, { secretHash, tokensValidFrom: tokensValidFrom(now()) })
      await audit(tx, caller, {
        action: 'client.rotate_secret',
        resource: { type: 'client', id, name: client.name },
        after: { shown: {}, secrets: { client_secret: secret } },
      })
      await changes.touch(tx, [`client:${id}`])
      return { client_id: client.clientId, client_secret: secret }
    })
}
