import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm'

/** A set of APIs that a set of clients may call. */
@Entity('api_groups')
export class Group {
  @PrimaryColumn('uuid')
  id: string
  @Column('text')
  name: string
  @Column('text')
  description: string
  @Column('boolean', { name: 'is_active' })
  isActive: boolean
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date
  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date
}

/** An API in a group. */
@Entity('group_apis')
export class GroupApi {
  @PrimaryColumn('uuid', { name: 'group_id' })
  groupId: string
  @PrimaryColumn('uuid', { name: 'api_id' })
  apiId: string
}

/** A client in a group. */
@Entity('group_clients')
export class GroupClient {
  @PrimaryColumn('uuid', { name: 'group_id' })
  groupId: string
  @PrimaryColumn('uuid', { name: 'client_id' })
  clientId: string
}

/** A client that may call an API without a group. */
@Entity('client_apis')
export class ClientApi {
  @PrimaryColumn('uuid', { name: 'client_id' })
  clientId: string
  @PrimaryColumn('uuid', { name: 'api_id' })
  apiId: string
}
