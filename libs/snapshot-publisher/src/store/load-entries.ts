import { entryKey, type EntryKind, type SnapshotEntry } from '@penstock/contracts'
import {
  apiEntryOf,
  apiFacts,
  clientEntryOf,
  clientFacts,
  datasourceEntryOf,
  datasourceFacts,
  groupEntryOf,
  groupFacts,
  keyEntryOf,
  keyFacts,
  type Resealer,
} from '@penstock/publishing'
import { rowsOf, type SqlSession } from '../sql-session.js'

/** Ids of one kind. Ids that the database does not have, or that must not be served, give no entry. */
export type IdsByKind = ReadonlyMap<EntryKind, readonly string[]>

/** Rows per query: bounds the memory of a full rebuild. */
const CHUNK = 500

const API_SQL = `
  SELECT a.id, a.name, a.module_id, m.name AS module_name, v.id AS version_id, v.version,
         a.published_method AS http_method, a.published_path AS path, a.published_datasource_id AS datasource_id, v.params, v.paging, p.plan,
         p.scripts, a.script_limits,
         a.access_type, a.rate_limit_per_minute, a.max_concurrent, a.limit_mode, a.timeout_ms, a.max_rows, a.stream,
         a.cache_ttl_seconds, a.cache_stale_seconds, a.cache_generation,
         a.cors_origins, a.ip_allow, a.ip_deny
  FROM apis a
  JOIN modules m ON m.id = a.module_id AND m.is_active
  JOIN api_versions v ON v.id = a.published_version_id
  JOIN api_plans p ON p.api_id = a.id AND p.version_id = v.id
  WHERE a.is_active AND a.id = ANY ($1::uuid[])`

const CLIENT_SQL = `
  SELECT c.id, c.client_id, c.name, c.is_active, c.secret_hash, c.tokens_valid_from::float8 AS tokens_valid_from,
         c.token_expire_seconds, c.rate_limit_per_minute, c.max_concurrent, c.ip_allow, c.ip_deny,
         ARRAY(SELECT api_id FROM client_apis l WHERE l.client_id = c.id ORDER BY api_id) AS api_ids,
         ARRAY(SELECT group_id FROM group_clients l WHERE l.client_id = c.id ORDER BY group_id) AS group_ids
  FROM clients c WHERE c.id = ANY ($1::uuid[])`

const GROUP_SQL = `
  SELECT g.id, g.is_active, ARRAY(SELECT api_id FROM group_apis l WHERE l.group_id = g.id ORDER BY api_id) AS api_ids
  FROM api_groups g WHERE g.id = ANY ($1::uuid[])`

const DATASOURCE_SQL = `
  SELECT id, name, product_type, host, port, database, username, password_sealed, ssl, options, is_active
  FROM datasources WHERE id = ANY ($1::uuid[])`

const KEY_SQL = `
  SELECT id, purpose, secret_sealed, not_before::float8 AS not_before, not_after::float8 AS not_after
  FROM keys WHERE id = ANY ($1::text[])`

/** Builds the entries of these things from what the database says now. */
export async function loadEntries(
  tx: SqlSession,
  ids: IdsByKind,
  resealer: Resealer,
): Promise<Map<string, SnapshotEntry>> {
  const entries = new Map<string, SnapshotEntry>()
  for (const [kind, all] of ids) {
    for (let start = 0; start < all.length; start += CHUNK) {
      for (const entry of await loadChunk(tx, kind, all.slice(start, start + CHUNK), resealer))
        entries.set(entryKey(entry), entry)
    }
  }
  return entries
}

async function loadChunk(
  tx: SqlSession,
  kind: EntryKind,
  ids: readonly string[],
  resealer: Resealer,
): Promise<SnapshotEntry[]> {
  switch (kind) {
    case 'api':
      return (await rowsOf(tx, apiFacts, API_SQL, [ids])).map(apiEntryOf)
    case 'client':
      return (await rowsOf(tx, clientFacts, CLIENT_SQL, [ids])).map(clientEntryOf)
    case 'group':
      return (await rowsOf(tx, groupFacts, GROUP_SQL, [ids])).map(groupEntryOf)
    case 'datasource':
      return (await rowsOf(tx, datasourceFacts, DATASOURCE_SQL, [ids])).map((facts) =>
        datasourceEntryOf(facts, resealer),
      )
    case 'key':
      return (await rowsOf(tx, keyFacts, KEY_SQL, [ids])).map((facts) => keyEntryOf(facts, resealer))
  }
}
