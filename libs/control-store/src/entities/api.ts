import type { HttpMethod, PagingDefinition, ParamDefinition, ScriptLimits } from '@penstock/contracts'
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm'

/** The draft of an API, its live settings, and what of it is published. */
@Entity('apis')
export class Api {
  @PrimaryColumn('uuid')
  id: string
  @Column('uuid', { name: 'module_id' })
  moduleId: string
  @Column('uuid', { name: 'datasource_id', nullable: true })
  datasourceId: string | null
  @Column('text')
  name: string
  @Column('text')
  description: string
  @Column('integer', { name: 'sort_order' })
  sortOrder: number
  @Column('text', { name: 'http_method' })
  httpMethod: HttpMethod
  /** Without slashes at its ends. */
  @Column('text')
  path: string
  /** The path without the names of its parameters; the database computes it. */
  @Column({ type: 'text', name: 'route_key', insert: false, update: false })
  routeKey: string
  @Column('text', { name: 'execute_engine' })
  executeEngine: 'SQL' | 'SCRIPT'
  @Column('text')
  content: string
  @Column('jsonb')
  params: ParamDefinition[]
  /** Null: all rows are handed out at once. */
  @Column('jsonb', { nullable: true })
  paging: PagingDefinition | null
  @Column('text', { name: 'result_transform', nullable: true })
  resultTransform: string | null
  @Column('uuid', { name: 'extra_datasource_ids', array: true })
  extraDatasourceIds: string[]
  /** Request headers that scripts see, in lower case. */
  @Column('text', { name: 'script_headers', array: true })
  scriptHeaders: string[]
  @Column('text', { name: 'access_type' })
  accessType: 'public' | 'private'
  @Column('integer', { name: 'rate_limit_per_minute', nullable: true })
  rateLimitPerMinute: number | null
  @Column('integer', { name: 'max_concurrent', nullable: true })
  maxConcurrent: number | null
  @Column('text', { name: 'limit_mode' })
  limitMode: 'local' | 'closed'
  @Column('integer', { name: 'timeout_ms', nullable: true })
  timeoutMs: number | null
  @Column('integer', { name: 'cache_ttl_seconds', nullable: true })
  cacheTtlSeconds: number | null
  @Column('integer', { name: 'cache_stale_seconds' })
  cacheStaleSeconds: number
  /** Grows with every purge. */
  @Column('integer', { name: 'cache_generation' })
  cacheGeneration: number
  @Column('integer', { name: 'max_rows', nullable: true })
  maxRows: number | null
  @Column('boolean')
  stream: boolean
  @Column('text', { name: 'cors_origins', array: true })
  corsOrigins: string[]
  @Column('text', { name: 'ip_allow', array: true })
  ipAllow: string[]
  @Column('text', { name: 'ip_deny', array: true })
  ipDeny: string[]
  @Column('jsonb', { name: 'script_limits', nullable: true })
  scriptLimits: ScriptLimits | null
  @Column('boolean', { name: 'is_active' })
  isActive: boolean
  /** Grows with every change of the draft. */
  @Column('integer', { name: 'draft_revision' })
  draftRevision: number
  @Column('uuid', { name: 'published_version_id', nullable: true })
  publishedVersionId: string | null
  @Column('uuid', { name: 'published_datasource_id', nullable: true })
  publishedDatasourceId: string | null
  @Column('text', { name: 'published_method', nullable: true })
  publishedMethod: HttpMethod | null
  @Column('text', { name: 'published_path', nullable: true })
  publishedPath: string | null
  @Column({ type: 'text', name: 'published_route_key', nullable: true, insert: false, update: false })
  publishedRouteKey: string | null
  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt: Date | null
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date
  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date
}
