import { Column, Entity, PrimaryColumn } from 'typeorm'

/** What a gateway last said of itself. */
@Entity('gateways')
export class Gateway {
  @PrimaryColumn('text', { name: 'gateway_id' })
  gatewayId: string
  @Column('timestamptz', { name: 'started_at' })
  startedAt: Date
  @Column('text')
  version: string
  @Column('integer')
  format: number
  @Column('uuid', { nullable: true })
  epoch: string | null
  /** A bigint, therefore text. */
  @Column('bigint', { nullable: true })
  revision: string | null
  @Column('text', { nullable: true })
  source: 'http' | 'redis' | 'file' | null
  @Column('boolean')
  persisted: boolean
  @Column('text', { nullable: true })
  error: string | null
  @Column('jsonb', { name: 'entry_errors' })
  entryErrors: Record<string, string>
  @Column('text', { nullable: true })
  url: string | null
  @Column('bigint', { name: 'access_records_dropped' })
  accessRecordsDropped: string
  @Column('timestamptz', { name: 'seen_at' })
  seenAt: Date
}
