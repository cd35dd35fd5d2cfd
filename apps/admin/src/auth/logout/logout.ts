import { sessionStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'

export type Logout = (caller: Caller) => Promise<void>

/** Ends the login of the request: its access tokens and its refresh tokens, with the next request. */
export function logout({ database, audit, now }: Pick<Ports, 'database' | 'audit' | 'now'>): Logout {
  return (caller) =>
    database.transaction(async (tx) => {
      const { jti, familyId, expiresAt } = caller.user.token
      await sessionStore.revokeAccessToken(tx, jti, expiresAt)
      await sessionStore.revokeFamily(tx, familyId, now())
      await audit(tx, caller, {
        action: 'user.logout',
        resource: { type: 'user', id: caller.user.id, name: caller.user.username },
      })
    })
}
