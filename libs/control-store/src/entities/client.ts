import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm'

/** A program that calls APIs with a secret of its own. */
@Entity('clients')
export class Client {
  @PrimaryColumn('uuid')
  id: string
  /** The public name that it sends with its secret. */
  @Column('text', { name: 'client_id' })
  clientId: string
  @Column('text')
  name: string
  @Column('text')
  description: string
  @Column('text', { name: 'secret_hash' })
  secretHash: string
  /** Seconds since 1970, as text because it is a bigint: tokens issued before are not valid any more. */
  @Column('bigint', { name: 'tokens_valid_from' })
  tokensValidFrom: string
  @Column('integer', { name: 'token_expire_seconds', nullable: true })
  tokenExpireSeconds: number | null
  @Column('integer', { name: 'rate_limit_per_minute', nullable: true })
  rateLimitPerMinute: number | null
  @Column('integer', { name: 'max_concurrent', nullable: true })
  maxConcurrent: number | null
  @Column('text', { name: 'ip_allow', array: true })
  ipAllow: string[]
  @Column('text', { name: 'ip_deny', array: true })
  ipDeny: string[]
  @Column('boolean', { name: 'is_active' })
  isActive: boolean
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date
  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date
}
