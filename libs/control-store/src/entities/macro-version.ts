import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm'

/** What a macro was at one commit. The database refuses to change it. */
@Entity('macro_versions')
export class MacroVersion {
  @PrimaryColumn('uuid')
  id: string
  @Column('uuid', { name: 'macro_id' })
  macroId: string
  @Column('integer')
  version: number
  @Column('text', { name: 'commit_message' })
  commitMessage: string
  @Column('text')
  content: string
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date
  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy: string | null
  @Column('text', { name: 'created_by_name' })
  createdByName: string
}
