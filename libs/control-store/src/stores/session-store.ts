import type { Tx } from '../control-database.js'
import { RefreshToken } from '../entities/refresh-token.js'

export type NewRefreshToken = Pick<RefreshToken, 'id' | 'familyId' | 'userId' | 'tokenHash' | 'expiresAt'>

export const sessionStore = {
  async insertRefreshToken(tx: Tx, token: NewRefreshToken): Promise<void> {
    await tx.createQueryBuilder().insert().into(RefreshToken).values(token).updateEntity(false).execute()
  },

  /** Locks the row: of two that use the same token at once, the second sees that it was used. */
  findRefreshTokenForUse(tx: Tx, tokenHash: string): Promise<RefreshToken | null> {
    return tx
      .createQueryBuilder(RefreshToken, 'token')
      .where('token.tokenHash = :tokenHash', { tokenHash })
      .setLock('pessimistic_write')
      .getOne()
  },

  async markUsed(tx: Tx, id: string, usedAt: Date): Promise<void> {
    await tx.createQueryBuilder().update(RefreshToken).set({ usedAt }).where('id = :id', { id }).execute()
  },

  /** Ends a login: its refresh tokens and, because they name the family, its access tokens. */
  async revokeFamily(tx: Tx, familyId: string, revokedAt: Date): Promise<void> {
    await tx
      .createQueryBuilder()
      .update(RefreshToken)
      .set({ revokedAt })
      .where('familyId = :familyId AND revokedAt IS NULL', { familyId })
      .execute()
  },

  /** Ends every login of a user but one. */
  async revokeOtherFamilies(tx: Tx, userId: string, keptFamilyId: string, revokedAt: Date): Promise<void> {
    await tx
      .createQueryBuilder()
      .update(RefreshToken)
      .set({ revokedAt })
      .where('userId = :userId AND familyId <> :keptFamilyId AND revokedAt IS NULL', { userId, keptFamilyId })
      .execute()
  },

  /** Ends one access token before its time. */
  async revokeAccessToken(tx: Tx, jti: string, expiresAt: Date): Promise<void> {
    await tx.query('INSERT INTO revoked_access_tokens (jti, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      jti,
      expiresAt,
    ])
  },
}
