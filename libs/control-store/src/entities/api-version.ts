import type { HttpMethod, ParamDefinition } from '@penstock/contracts'
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm'

/** What an API was at one commit. The database refuses to change it. */
@Entity('api_versions')
export class ApiVersion {
  @PrimaryColumn('uuid')
  id: string
  @Column('uuid', { name: 'api_id' })
  apiId: string
  @Column('integer')
  version: number
  @Column('text', { name: 'commit_message' })
  commitMessage: string
  @Column('text', { name: 'http_method' })
  httpMethod: HttpMethod
  @Column('text')
  path: string
  @Column('text', { name: 'execute_engine' })
  executeEngine: 'SQL' | 'SCRIPT'
  @Column('uuid', { name: 'datasource_id', nullable: true })
  datasourceId: string | null
  @Column('text')
  content: string
  @Column('jsonb')
  params: ParamDefinition[]
  @Column('jsonb')
  validators: unknown[]
  @Column('text', { name: 'result_transform', nullable: true })
  resultTransform: string | null
  /** Macro version by macro: the ones its text was compiled with. */
  @Column('jsonb', { name: 'macro_versions' })
  macroVersions: Record<string, string>
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date
  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy: string | null
  @Column('text', { name: 'created_by_name' })
  createdByName: string
}
