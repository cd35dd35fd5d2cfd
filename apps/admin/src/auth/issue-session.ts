import { createHash, randomBytes } from 'node:crypto'
import type { SessionAnswer } from '@penstock/contracts'
import { sessionStore, type Tx } from '@penstock/control-store'
import type { Ports } from '../base/ports.js'

/** What new tokens need. */
export type SessionPorts = Pick<Ports, 'sessions' | 'now' | 'newId' | 'config'>

/** Makes the pair of tokens of one step of a login, and notes the refresh token by its hash. */
export async function issueSession(
  { sessions, now, newId, config }: SessionPorts,
  tx: Tx,
  login: { userId: string; familyId: string },
): Promise<SessionAnswer> {
  // 256 random bits need no slow hash.
  const refreshToken = randomBytes(32).toString('base64url')
  await sessionStore.insertRefreshToken(tx, {
    id: newId(),
    familyId: login.familyId,
    userId: login.userId,
    tokenHash: hashOfRefreshToken(refreshToken),
    expiresAt: new Date(now().getTime() + config.refreshTokenSeconds * 1000),
  })
  return {
    access_token: await sessions.sign({ ...login, jti: newId() }),
    refresh_token: refreshToken,
    token_type: 'bearer',
    expires_in: config.accessTokenSeconds,
  }
}

/** What the database knows of a refresh token. */
export function hashOfRefreshToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex')
}
