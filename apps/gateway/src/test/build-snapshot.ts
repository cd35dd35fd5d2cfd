import { randomUUID } from 'node:crypto'
import {
  bodyHash,
  canonicalJson,
  entryKey,
  SHARD_COUNT,
  shardOf,
  signManifest,
  SNAPSHOT_FORMAT,
  type ApiEntry,
  type ClientEntry,
  type DatasourceEntry,
  type KeyEntry,
  type ParamDefinition,
  type SignedManifest,
  type SnapshotEntry,
  type SqlPlan,
} from '@penstock/contracts'
import { deriveGatewayKeys, hashClientSecret, sealForEntry } from '@penstock/secrets'
import { compileTemplate } from '@penstock/sql-template'

export const GATEWAY_KEY = 'a-gateway-key-of-the-tests-that-is-long-enough'
const keys = deriveGatewayKeys(GATEWAY_KEY)
const EPOCH = '8c2f4f0e-9d0e-4c55-9a39-0d7d5c2b1a11'
const DATASOURCE_ID = '00000000-0000-4000-8000-00000000d5d5'
const PEPPER = 'pepper-of-the-tests-0123456789abcdef'

/** A snapshot as a publisher would make it: a signed manifest and its bodies by hash. */
export interface BuiltSnapshot {
  readonly signed: SignedManifest
  readonly bodies: ReadonlyMap<string, string>
}

export function buildSnapshot(
  entries: readonly SnapshotEntry[],
  options: { revision: number; epoch?: string; format?: number; key?: Uint8Array } = { revision: 1 },
): BuiltSnapshot {
  const bodies = new Map<string, string>()
  const put = (value: unknown): string => {
    const body = canonicalJson(value)
    const hash = bodyHash(body)
    bodies.set(hash, body)
    return hash
  }
  const shards = Array.from({ length: SHARD_COUNT }, (): Record<string, string> => ({}))
  for (const entry of entries) {
    const shard = shards[shardOf(entryKey(entry))]
    if (shard !== undefined) shard[entryKey(entry)] = put(entry)
  }
  const counts: Record<string, number> = {}
  for (const { kind } of entries) counts[kind] = (counts[kind] ?? 0) + 1
  const signed = signManifest(
    {
      format: options.format ?? SNAPSHOT_FORMAT,
      epoch: options.epoch ?? EPOCH,
      revision: options.revision,
      created_at: '2026-01-02T03:04:05Z',
      counts,
      shards: shards.map((shard) => (Object.keys(shard).length === 0 ? null : put({ entries: shard }))),
    },
    options.key ?? keys.manifestKey,
  )
  return { signed, bodies }
}

export interface ApiOptions extends Partial<Omit<ApiEntry, 'kind' | 'params' | 'sql'>> {
  readonly params?: readonly (Partial<ParamDefinition> & { name: string })[]
  /** Texts that were proved to be clean reads; all texts without a choice by default. */
  readonly clean?: boolean
  readonly reads?: boolean
  readonly proved?: boolean
  readonly dialect?: 'postgres' | 'mysql' | 'duckdb'
}

/** A published API over the template, with everything that is not said set to what a new API has. */
export function apiEntry(
  path: string,
  template: string,
  options: ApiOptions = {},
): ApiEntry & { readonly sql: SqlPlan } {
  const { params = [], clean = true, reads = true, proved = true, dialect = 'postgres', ...rest } = options
  const full: ParamDefinition[] = params.map((param) => ({
    location: 'query',
    data_type: 'string',
    required: false,
    ...param,
  }))
  const compiled = compileTemplate(template, {
    dialect,
    params: full.map(({ name, data_type, required }) => ({ name, type: data_type, required })),
  })
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
    access_type: 'public',
    rate_limits: [],
    max_concurrent: null,
    limit_mode: 'local',
    timeout_ms: null,
    max_rows: null,
    cors_origins: [],
    ip_allow: [],
    ip_deny: [],
    ...rest,
    params: full,
    sql: {
      program: JSON.parse(JSON.stringify(compiled.program)),
      casts: {},
      shapes: dialect !== 'postgres' ? [] : straightTexts(compiled.program).map((text) => ({ text, clean, reads })),
      proved,
    },
  }
}

/** The texts of a program that makes no choices; of others none, which is what a publisher that gave up would say. */
function straightTexts(program: { readonly nodes: readonly { readonly kind: string }[] }): readonly string[] {
  const texts = ['']
  let binds = 0
  for (const node of program.nodes) {
    const last = texts.length - 1
    if (node.kind === 'text' && 'text' in node) texts[last] += String(node.text)
    else if (node.kind === 'bind') texts[last] += `$${++binds}`
    else if (node.kind === 'split') {
      texts.push('')
      binds = 0
    } else return []
  }
  return texts.map((text) => text.trim()).filter((text) => text !== '')
}

export function datasourceEntry(url: string, options: Partial<DatasourceEntry> = {}): DatasourceEntry {
  const { hostname, port, pathname, username, password } = new URL(url)
  const id = options.id ?? DATASOURCE_ID
  const place = { entry: `datasource:${id}`, field: 'password' }
  return {
    kind: 'datasource',
    id,
    name: 'warehouse',
    product_type: 'postgres',
    host: hostname,
    port: Number(port),
    database: pathname.slice(1),
    username: decodeURIComponent(username),
    password: password === '' ? null : sealForEntry(keys.wrappingKey, decodeURIComponent(password), place),
    ssl: { mode: 'disable' },
    options: {},
    is_active: true,
    ...options,
  }
}

export function clientEntry(name: string, secret: string, options: Partial<ClientEntry> = {}): ClientEntry {
  return {
    kind: 'client',
    id: randomUUID(),
    client_id: name,
    name,
    is_active: true,
    secret_hashes: [hashClientSecret(PEPPER, secret)],
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

/** A signing key and a pepper. */
export function keyEntries(): readonly KeyEntry[] {
  return [
    keyEntry('k1', 'client-token', 'signing-key-of-the-tests-0123456789abcdef'),
    keyEntry('p1', 'client-secret-pepper', PEPPER),
  ]
}

function keyEntry(id: string, purpose: KeyEntry['purpose'], secret: string): KeyEntry {
  const sealed = sealForEntry(keys.wrappingKey, secret, { entry: `key:${id}`, field: 'secret' })
  return { kind: 'key', id, purpose, secret: sealed, not_before: 0, not_after: null }
}
