import { Column, Entity, PrimaryColumn } from 'typeorm'

/** A key that gateways need: to sign and check client tokens, or to check client secrets. */
@Entity('keys')
export class Key {
  /** The `kid` of tokens. */
  @PrimaryColumn('text')
  id: string
  @Column('text')
  purpose: 'client-token' | 'client-secret-pepper'
  /** Encrypted for the place keys / id / secret_sealed. */
  @Column('text', { name: 'secret_sealed' })
  secretSealed: string
  @Column('text', { name: 'secret_key_id' })
  secretKeyId: string
  /** Seconds since 1970, as text because it is a bigint. */
  @Column('bigint', { name: 'not_before' })
  notBefore: string
  @Column('bigint', { name: 'not_after', nullable: true })
  notAfter: string | null
}
