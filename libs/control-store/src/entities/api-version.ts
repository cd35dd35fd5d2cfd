import type { HttpMethod, PagingDefinition, ParamDefinition } from '@penstock/contracts'
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
  /** With their validators: the column of that name is from before they had a place here, and stays empty. */
  @Column('jsonb')
  params: ParamDefinition[]
  /** Null: all rows are handed out at once. */
  @Column('jsonb', { nullable: true })
  paging: PagingDefinition | null
  @Column('text', { name: 'result_transform', nullable: true })
  resultTransform: string | null
  @Column('uuid', { name: 'extra_datasource_ids', array: true })
  extraDatasourceIds: string[]
  @Column('text', { name: 'script_headers', array: true })
  scriptHeaders: string[]
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
