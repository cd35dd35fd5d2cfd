import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm'

/** The draft of a piece of template or script that APIs share. */
@Entity('macros')
export class Macro {
  @PrimaryColumn('uuid')
  id: string
  @Column('text')
  name: string
  @Column('text')
  description: string
  @Column('text', { name: 'macro_type' })
  macroType: 'SQL' | 'SCRIPT'
  /** Null: usable by the APIs of every module. */
  @Column('uuid', { name: 'module_id', nullable: true })
  moduleId: string | null
  @Column('text')
  content: string
  @Column('integer', { name: 'sort_order' })
  sortOrder: number
  @Column('integer', { name: 'draft_revision' })
  draftRevision: number
  @Column('uuid', { name: 'published_version_id', nullable: true })
  publishedVersionId: string | null
  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt: Date | null
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date
  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date
}
