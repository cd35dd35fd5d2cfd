import { Column, Entity, PrimaryColumn } from 'typeorm'

/** Who changed what. Only ever added to. */
@Entity('audit_log')
export class AuditRecord {
  @PrimaryColumn('bigint')
  id: string
  @Column('timestamptz')
  at: Date
  @Column('uuid', { name: 'user_id', nullable: true })
  userId: string | null
  @Column('text')
  username: string
  @Column('text')
  ip: string
  @Column('text', { name: 'request_id' })
  requestId: string
  @Column('text')
  action: string
  @Column('text', { name: 'resource_type' })
  resourceType: string
  @Column('text', { name: 'resource_id', nullable: true })
  resourceId: string | null
  @Column('text', { name: 'resource_name', nullable: true })
  resourceName: string | null
  @Column('jsonb', { nullable: true })
  before: Record<string, unknown> | null
  @Column('jsonb', { nullable: true })
  after: Record<string, unknown> | null
}
