import type { SessionAnswer } from '@penstock/contracts'
import { sessionStore, userStore, type RefreshToken, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { Ports } from '../../base/ports.js'
import type { Visitor } from '../../base/principal.js'
import { hashOfRefreshToken, issueSession, type SessionPorts } from '../issue-session.js'

export type Refresh = (visitor: Visitor, refreshToken: string) => Promise<SessionAnswer>

/**
 * Gives a new pair of tokens for a refresh token, once. A token that comes a second time was copied, by its owner or from its owner: nobody
 * can say which, so the whole login ends.
 */
export function refresh(ports: SessionPorts & Pick<Ports, 'database' | 'audit'>): Refresh {
  const { database, now } = ports
  return async (visitor, refreshToken) => {
    // The end of a family must be committed, so the refusal is thrown after the transaction.
    const session = await database.transaction(async (tx) => {
      const token = await sessionStore.findRefreshTokenForUse(tx, hashOfRefreshToken(refreshToken))
      if (token === null || token.revokedAt !== null) return undefined
      if (token.usedAt !== null) return endFamily(ports, tx, visitor, token)
      const user = await userStore.find(tx, token.userId)
      if (token.expiresAt <= now() || user === null || !user.isActive) return undefined
      await sessionStore.markUsed(tx, token.id, now())
      return issueSession(ports, tx, token)
    })
    if (session === undefined) throw new AppError('SESSION_REJECTED')
    return session
  }
}

async function endFamily(
  { audit, now }: Pick<Ports, 'audit' | 'now'>,
  tx: Tx,
  visitor: Visitor,
  token: RefreshToken,
): Promise<undefined> {
  await sessionStore.revokeFamily(tx, token.familyId, now())
  const user = await userStore.find(tx, token.userId)
  await audit(
    tx,
    { ...visitor, user: { id: token.userId, username: user?.username ?? '' } },
    { action: 'user.refresh_token_reused', resource: { type: 'user', id: token.userId } },
  )
  return undefined
}
