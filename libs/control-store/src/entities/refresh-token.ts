import { Column, Entity, PrimaryColumn } from 'typeorm'

/** One refresh token; those that follow each other since one login share a family. */
@Entity('refresh_tokens')
export class RefreshToken {
  @PrimaryColumn('uuid')
  id: string
  @Column('uuid', { name: 'family_id' })
  familyId: string
  @Column('uuid', { name: 'user_id' })
  userId: string
  @Column('text', { name: 'token_hash' })
  tokenHash: string
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date
  @Column('timestamptz', { name: 'used_at', nullable: true })
  usedAt: Date | null
  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null
}
