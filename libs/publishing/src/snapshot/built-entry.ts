import {
  bodyHash,
  canonicalJson,
  entryKey,
  shardOf,
  type ApiEntry,
  type EntryKind,
  type SnapshotEntry,
} from '@penstock/contracts'

/** An entry as it is stored and sent: its text, named by the text's hash, in the shard of its key. */
export interface BuiltEntry {
  readonly key: string
  readonly kind: EntryKind
  readonly shard: number
  readonly hash: string
  readonly body: string
  /** Ids of other things that the entry names, without repetition, in ascending order. */
  readonly refs: readonly string[]
}

/** Equal entries give equal bodies, whatever the order of their members. */
export function builtEntry(entry: SnapshotEntry): BuiltEntry {
  const key = entryKey(entry)
  const body = canonicalJson(entry)
  return {
    key,
    kind: entry.kind,
    shard: shardOf(key),
    hash: bodyHash(body),
    body,
    refs: [...new Set(refsOf(entry))].sort(),
  }
}

function refsOf(entry: SnapshotEntry): readonly string[] {
  switch (entry.kind) {
    case 'api':
      return [entry.module_id, ...datasourcesOf(entry)]
    case 'client':
      return [...entry.api_ids, ...entry.group_ids]
    case 'group':
      return entry.api_ids
    case 'datasource':
    case 'key':
      return []
  }
}

function datasourcesOf({ datasource_id: own, scripts }: ApiEntry): readonly string[] {
  return [...(own === null ? [] : [own]), ...(scripts?.extra_datasource_ids ?? [])]
}
