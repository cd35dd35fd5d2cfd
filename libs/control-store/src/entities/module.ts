import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm'

/** A named set of APIs that is switched on and off together. */
@Entity('modules')
export class Module {
  @PrimaryColumn('uuid')
  id: string
  @Column('text')
  name: string
  @Column('text')
  description: string
  @Column('integer', { name: 'sort_order' })
  sortOrder: number
  @Column('boolean', { name: 'is_active' })
  isActive: boolean
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date
  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date
}
