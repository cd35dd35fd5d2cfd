import type { GroupGrants } from '@penstock/access-tokens'
import {
  bodyHash,
  canonicalJson,
  entryKey,
  type ClientEntry,
  type DatasourceEntry,
  type GroupEntry,
  type KeyEntry,
  type RateRule,
} from '@penstock/contracts'
import { openSealed, type WrappingKey } from '@penstock/secrets'
import { addressRule } from './address-rule.js'
import type { ClientPlan, DatasourcePlan, KeyPlan, RateTemplate } from './compiled-snapshot.js'

/** A client as calls need it. */
export function compileClient(entry: ClientEntry): ClientPlan {
  return Object.freeze({
    id: entry.id,
    clientId: entry.client_id,
    name: entry.name,
    isActive: entry.is_active,
    secretHashes: entry.secret_hashes,
    tokensValidFrom: entry.tokens_valid_from,
    tokenExpireSeconds: entry.token_expire_seconds ?? undefined,
    rates: entry.rate_limits.map(rateTemplate),
    maxConcurrent: entry.max_concurrent ?? undefined,
    apiIds: new Set(entry.api_ids),
    groupIds: entry.group_ids,
    mayCallFrom: addressRule(entry.ip_allow, entry.ip_deny),
  })
}

export function compileGroup(entry: GroupEntry): GroupGrants {
  return Object.freeze({ isActive: entry.is_active, apiIds: new Set(entry.api_ids) })
}

/** A data source with its password in clear. Throws SecretUnreadable when it was sealed with another key. */
export function compileDatasource(entry: DatasourceEntry, key: WrappingKey): DatasourcePlan {
  const { options } = entry
  return Object.freeze({
    id: entry.id,
    name: entry.name,
    isActive: entry.is_active,
    productType: entry.product_type,
    settingsHash: bodyHash(canonicalJson({ ...entry, name: undefined, is_active: undefined })),
    connection: {
      host: entry.host,
      port: entry.port,
      database: entry.database,
      username: entry.username,
      password: entry.password === null ? undefined : openSealed(key, entry.password, placeOf(entry, 'password')),
      ssl: entry.ssl,
      poolSize: options.pool_size,
      connectTimeoutMs: options.connect_timeout_ms,
      searchPath: options.search_path ?? [],
      transactionPooler: options.transaction_pooler ?? false,
      closeAfterExecute: options.close_after_execute ?? false,
    },
    queueSize: options.queue_size,
    queueWaitMs: options.queue_timeout_ms,
    statementTimeoutMs: options.statement_timeout_ms,
  })
}

/** A key with its secret in clear. Throws SecretUnreadable when it was sealed with another key. */
export function compileKey(entry: KeyEntry, key: WrappingKey): KeyPlan {
  return Object.freeze({
    kid: entry.id,
    purpose: entry.purpose,
    secret: openSealed(key, entry.secret, placeOf(entry, 'secret')),
    notBefore: entry.not_before,
    notAfter: entry.not_after,
  })
}

export function rateTemplate({ name, limit, window_ms }: RateRule): RateTemplate {
  return { name, limit, windowMs: window_ms }
}

function placeOf(entry: DatasourceEntry | KeyEntry, field: string) {
  return { entry: entryKey(entry), field }
}
