import type { DatasourceOptions, ProductType, SslSettings } from '@penstock/contracts'
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm'

/** A database that APIs read or write. */
@Entity('datasources')
export class Datasource {
  @PrimaryColumn('uuid')
  id: string
  @Column('text')
  name: string
  @Column('text')
  description: string
  @Column('text', { name: 'product_type' })
  productType: ProductType
  @Column('text')
  host: string
  @Column('integer')
  port: number
  @Column('text')
  database: string
  @Column('text')
  username: string
  /** Encrypted for the place datasources / id / password_sealed; null when there is no password. */
  @Column('text', { name: 'password_sealed', nullable: true })
  passwordSealed: string | null
  @Column('text', { name: 'password_key_id', nullable: true })
  passwordKeyId: string | null
  @Column('jsonb')
  ssl: SslSettings
  @Column('jsonb')
  options: DatasourceOptions
  @Column('boolean', { name: 'is_active' })
  isActive: boolean
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date
  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date
}
