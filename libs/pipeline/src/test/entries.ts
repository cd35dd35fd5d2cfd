import { randomUUID } from 'node:crypto'
import type {
  ApiEntry,
  ClientEntry,
  DatasourceEntry,
  GroupEntry,
  KeyEntry,
  ParamDefinition,
  SqlPlan,
  SnapshotEntry,
} from '@penstock/contracts'
import { deriveGatewayKeys, hashClientSecret, sealForEntry } from '@penstock/secrets'
import { compileTemplate } from '@penstock/sql-template'
import { compileSnapshot } from '../compile-snapshot.js'
import type { CompiledSnapshot } from '../compiled-snapshot.js'

const WRAPPING_KEY = deriveGatewayKeys('a gateway key of the tests').wrappingKey
const DATASOURCE_ID = '00000000-0000-4000-8000-00000000d5d5'
const PEPPER = 'pepper-of-the-tests-0123456789abcdef'

/** An entry that has a template. */
export type SqlApiEntry = ApiEntry & { readonly sql: SqlPlan }

export function apiEntry(path: string, template: string, options: Partial<SqlApiEntry> = {}): SqlApiEntry {
  const params: ParamDefinition[] = options.params ?? []
  const declared = params.map(({ name, data_type }) => ({ name, type: data_type }))
  const compiled = compileTemplate(template, { dialect: 'postgres', params: declared })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  return {
    kind: 'api',
    id: randomUUID(),
    name: path,
    module_id: '00000000-0000-4000-8000-000000000001',
    module_name: 'demo',
    version_id: randomUUID(),
    version: 1,
    method: 'GET',
    path,
    engine: 'SQL',
    datasource_id: DATASOURCE_ID,
    params,
    sql: { program: JSON.parse(JSON.stringify(compiled.program)), casts: {}, shapes: [], proved: true },
    access_type: 'public',
    rate_limits: [],
    max_concurrent: null,
    limit_mode: 'local',
    timeout_ms: null,
    max_rows: null,
    cors_origins: [],
    ip_allow: [],
    ip_deny: [],
    ...options,
  }
}

export function datasourceEntry(options: Partial<DatasourceEntry> = {}): DatasourceEntry {
  return {
    kind: 'datasource',
    id: DATASOURCE_ID,
    name: 'warehouse',
    product_type: 'postgres',
    host: 'db',
    port: 5432,
    database: 'd',
    username: 'u',
    password: sealForEntry(WRAPPING_KEY, 'hunter2', { entry: `datasource:${DATASOURCE_ID}`, field: 'password' }),
    ssl: { mode: 'disable' },
    options: {},
    is_active: true,
    ...options,
  }
}

export function clientEntry(name: string, options: Partial<ClientEntry> = {}): ClientEntry {
  return {
    kind: 'client',
    id: randomUUID(),
    client_id: name,
    name,
    is_active: true,
    secret_hashes: [hashClientSecret(PEPPER, 'open sesame')],
    tokens_valid_from: 0,
    token_expire_seconds: null,
    rate_limits: [],
    max_concurrent: null,
    api_ids: [],
    group_ids: [],
    ip_allow: [],
    ip_deny: [],
    ...options,
  }
}

export function groupEntry(options: Partial<GroupEntry> = {}): GroupEntry {
  return { kind: 'group', id: randomUUID(), is_active: true, api_ids: [], ...options }
}

export function keyEntry(id: string, purpose: KeyEntry['purpose'], secret?: string): KeyEntry {
  const clear = secret ?? (purpose === 'client-token' ? `signing-key-${id}-0123456789abcdef0123` : PEPPER)
  const sealed = sealForEntry(WRAPPING_KEY, clear, { entry: `key:${id}`, field: 'secret' })
  return { kind: 'key', id, purpose, secret: sealed, not_before: 0, not_after: null }
}

/** Compiles entries, on top of a snapshot when there is one. */
export function compiled(
  changed: readonly SnapshotEntry[],
  options: { before?: CompiledSnapshot; removed?: readonly string[]; revision?: number } = {},
) {
  const { before, removed = [], revision = 1 } = options
  const steps = compileSnapshot({ version: { epoch: 'e', revision }, changed, removed }, before, WRAPPING_KEY)
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  return step.value
}
