import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm'

/** A person who may sign in to the control plane. */
@Entity('users')
export class User {
  @PrimaryColumn('uuid')
  id: string
  @Column('text')
  username: string
  @Column('text', { nullable: true })
  email: string | null
  @Column('text', { name: 'full_name', nullable: true })
  fullName: string | null
  @Column('text', { name: 'password_hash' })
  passwordHash: string
  @Column('boolean', { name: 'is_active' })
  isActive: boolean
  @Column('boolean', { name: 'is_superuser' })
  isSuperuser: boolean
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date
  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date
}
