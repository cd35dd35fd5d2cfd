import { z } from 'zod'
import { pagingDefinition } from '../params/paging-definition.js'
import { httpMethod, paramDefinition } from '../params/param-definition.js'
import { recordOf } from './record-of.js'
import { scriptPlan } from './script-plan.js'

/** The form of entries and manifests that this code writes. A gateway announces the newest form that it reads. */
export const SNAPSHOT_FORMAT = 1

/** One limit on calls: at most `limit` admissions in any `window_ms`. */
export const rateRule = z.object({
  name: z.string(),
  limit: z.number().int().min(1),
  window_ms: z.number().int().min(1),
})
export type RateRule = z.output<typeof rateRule>

/** A value that only holders of the gateway key can read: AES-256-GCM, base64url, bound to the entry it stands in. */
const sealed = z.string()

/**
 * A compiled SQL template as JSON. Its inside belongs to `sql-template`; here it is opaque, because the manifest's HMAC already
 * says who wrote it, and checking a deep tree in 10,000 entries would cost seconds at every start.
 */
const sqlProgram = recordOf((value): value is unknown => value !== undefined)
export type SqlProgram = z.output<typeof sqlProgram>

/** What publishing found out about one text that the template can make. */
export const provenShape = z.object({
  /** The statement's text with its casts, exactly as it is sent. */
  text: z.string(),
  /** True when the statement may run on a read-only session without a transaction: one SELECT that leaves no state behind. */
  clean: z.boolean(),
  /** True when it only reads; false when it writes. Undefined when a parser could not tell. */
  reads: z.boolean().optional(),
})
export type ProvenShape = z.output<typeof provenShape>

/** How a SQL API is executed. */
export const sqlPlan = z.object({
  program: sqlProgram,
  /** Casts by placeholder id, for example {"3": "int8"}. */
  casts: z.record(z.string(), z.string()),
  shapes: z.array(provenShape),
  /** True when every enumerated shape was prepared on the data source; false: settled on first use. */
  proved: z.boolean(),
})
export type SqlPlan = z.output<typeof sqlPlan>

/** A published API: what its version holds, and the live settings of who may call and how much. */
export const apiEntry = z.object({
  kind: z.literal('api'),
  id: z.uuid(),
  name: z.string(),
  module_id: z.uuid(),
  module_name: z.string(),
  version_id: z.uuid(),
  version: z.number().int(),
  method: httpMethod,
  /** Without slashes at its ends; path parameters in braces: `users/{id}`. */
  path: z.string(),
  engine: z.enum(['SQL', 'SCRIPT']),
  /** Null for scripts that use none. */
  datasource_id: z.uuid().nullable(),
  params: z.array(paramDefinition),
  /** Of engine SQL only. */
  sql: sqlPlan.optional(),
  /** Left out when there is none, so that entries without scripts keep their hash. */
  scripts: scriptPlan.optional(),
  access_type: z.enum(['public', 'private']),
  rate_limits: z.array(rateRule),
  max_concurrent: z.number().int().min(1).nullable(),
  limit_mode: z.enum(['local', 'closed']),
  timeout_ms: z.number().int().min(1).nullable(),
  max_rows: z.number().int().min(1).nullable(),
  /** NDJSON and CSV may be asked for. Left out when not, so that entries from before it was known keep their hash; old gateways answer JSON. */
  stream: z.boolean().optional(),
  /** Left out when all rows are handed out at once. */
  paging: pagingDefinition.optional(),
  /** Left out when answers are not kept. `generation` grows with every purge. */
  cache: z
    .object({
      ttl_ms: z.number().int().min(1),
      stale_ms: z.number().int().min(0),
      generation: z.number().int().min(0),
    })
    .optional(),
  cors_origins: z.array(z.string()),
  /** Addresses and CIDR ranges. Defaults let a gateway read entries that were written before these existed. */
  ip_allow: z.array(z.string()).default([]),
  ip_deny: z.array(z.string()).default([]),
})
export type ApiEntry = z.output<typeof apiEntry>

/** A caller with a secret. Grants are the union of `api_ids` and those of its active groups. */
export const clientEntry = z.object({
  kind: z.literal('client'),
  id: z.uuid(),
  /** The public name that the client sends with its secret. */
  client_id: z.string(),
  name: z.string(),
  is_active: z.boolean(),
  /** HMAC-SHA-256 of each secret that is valid, keyed with the pepper of the `key` entries; hex. */
  secret_hashes: z.array(z.string()),
  /** Tokens issued before this time (seconds since 1970) are not valid any more. */
  tokens_valid_from: z.number().int(),
  token_expire_seconds: z.number().int().min(60).nullable(),
  rate_limits: z.array(rateRule),
  max_concurrent: z.number().int().min(1).nullable(),
  api_ids: z.array(z.uuid()),
  group_ids: z.array(z.uuid()),
  ip_allow: z.array(z.string()).default([]),
  ip_deny: z.array(z.string()).default([]),
})
export type ClientEntry = z.output<typeof clientEntry>

export const groupEntry = z.object({
  kind: z.literal('group'),
  id: z.uuid(),
  is_active: z.boolean(),
  api_ids: z.array(z.uuid()),
})
export type GroupEntry = z.output<typeof groupEntry>

export const PRODUCT_TYPES = ['postgres', 'mysql', 'trino', 'duckdb'] as const
export const productType = z.enum(PRODUCT_TYPES)
export type ProductType = z.output<typeof productType>

/** TLS to a data source. `verify-ca` checks the certificate's chain, `verify-full` its host name too. */
export const sslSettings = z.strictObject({
  mode: z.enum(['disable', 'require', 'verify-ca', 'verify-full']).default('disable'),
  /** CA certificates as PEM text. */
  ca: z.string().max(100_000).optional(),
})
export type SslSettings = z.output<typeof sslSettings>

/** What an operator may set for one data source beside its address. */
export const datasourceOptions = z.strictObject({
  pool_size: z.number().int().min(1).max(1000).optional(),
  queue_size: z.number().int().min(0).max(100_000).optional(),
  queue_timeout_ms: z.number().int().min(1).max(600_000).optional(),
  connect_timeout_ms: z.number().int().min(1).max(600_000).optional(),
  statement_timeout_ms: z.number().int().min(1).max(86_400_000).optional(),
  /** Schemas in order of look-up, for example ["sales", "public"]. */
  search_path: z.array(z.string().min(1).max(63)).max(20).optional(),
  /** A pooler that gives each transaction another connection stands in between: no session state is used. */
  transaction_pooler: z.boolean().optional(),
  close_after_execute: z.boolean().optional(),
})
export type DatasourceOptions = z.output<typeof datasourceOptions>

export const datasourceEntry = z.object({
  kind: z.literal('datasource'),
  id: z.uuid(),
  name: z.string(),
  product_type: productType,
  host: z.string(),
  port: z.number().int(),
  database: z.string(),
  username: z.string(),
  password: sealed.nullable(),
  ssl: sslSettings,
  options: datasourceOptions,
  is_active: z.boolean(),
})
export type DatasourceEntry = z.output<typeof datasourceEntry>

/** A key that gateways need: to sign and verify client tokens, or to check client secrets. */
export const keyEntry = z.object({
  kind: z.literal('key'),
  /** The `kid` of tokens. */
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  purpose: z.enum(['client-token', 'client-secret-pepper']),
  secret: sealed,
  /** Seconds since 1970. New tokens are signed with the newest key whose time has come. */
  not_before: z.number().int(),
  not_after: z.number().int().nullable(),
})
export type KeyEntry = z.output<typeof keyEntry>

/** Everything a gateway can hold. */
export const snapshotEntry = z.discriminatedUnion('kind', [
  apiEntry,
  clientEntry,
  groupEntry,
  datasourceEntry,
  keyEntry,
])
export type SnapshotEntry = z.output<typeof snapshotEntry>
export type EntryKind = SnapshotEntry['kind']

/** The name of an entry over all its contents: `api:6f9c…`. */
export function entryKey(entry: { readonly kind: EntryKind; readonly id: string }): string {
  return `${entry.kind}:${entry.id}`
}
