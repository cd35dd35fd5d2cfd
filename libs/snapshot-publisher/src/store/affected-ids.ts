import type { EntryKind } from '@penstock/contracts'
import { z } from 'zod'
import { rowsOf, type SqlSession } from '../sql-session.js'

const ENTRY_KINDS: readonly EntryKind[] = ['api', 'client', 'group', 'datasource', 'key']
const idRow = z.object({ id: z.string() })
const keyRow = z.object({ key: z.string() })

/**
 * The entries that may have changed when these things did: their own; those of a module's APIs; and, where a thing is gone, those that
 * name it (its links went with it, so only the entries still know). Must be called under the head's lock: a link or a publish that
 * another transaction commits in between would be missed.
 */
export async function affectedIds(tx: SqlSession, things: readonly string[]): Promise<Map<EntryKind, string[]>> {
  const ids = new IdSets()
  const modules = idsOf(things, 'module')
  for (const key of things) if (!key.startsWith('module:')) ids.addKey(key)
  if (modules.length > 0) {
    const apis = await rowsOf(
      tx,
      idRow,
      'SELECT id FROM apis WHERE module_id = ANY ($1::uuid[]) AND published_version_id IS NOT NULL',
      [modules],
    )
    for (const { id } of apis) ids.addKey(`api:${id}`)
  }
  for (const key of await keysThatNameWhatIsGone(tx, [...idsOf(things, 'api'), ...idsOf(things, 'group')]))
    ids.addKey(key)
  return ids.sorted()
}

/** Every id of every kind: for a full rebuild. */
export async function allIds(tx: SqlSession): Promise<Map<EntryKind, string[]>> {
  const sql: Record<EntryKind, string> = {
    api: 'SELECT id FROM apis WHERE published_version_id IS NOT NULL ORDER BY id',
    client: 'SELECT id FROM clients ORDER BY id',
    group: 'SELECT id FROM api_groups ORDER BY id',
    datasource: 'SELECT id FROM datasources ORDER BY id',
    key: 'SELECT id FROM keys ORDER BY id',
  }
  const ids = new Map<EntryKind, string[]>()
  for (const kind of ENTRY_KINDS)
    ids.set(
      kind,
      (await rowsOf(tx, idRow, sql[kind])).map(({ id }) => id),
    )
  return ids
}

class IdSets {
  readonly #sets = new Map<EntryKind, Set<string>>()

  addKey(key: string): void {
    const kind = ENTRY_KINDS.find((known) => key.startsWith(`${known}:`))
    if (kind === undefined) throw new RangeError(`${key} names nothing that stands in a snapshot`)
    const ids = this.#sets.get(kind) ?? new Set<string>()
    this.#sets.set(kind, ids.add(key.slice(kind.length + 1)))
  }

  sorted(): Map<EntryKind, string[]> {
    return new Map([...this.#sets].map(([kind, ids]) => [kind, [...ids].sort()]))
  }
}

function idsOf(things: readonly string[], kind: string): string[] {
  return things.flatMap((key) => (key.startsWith(`${kind}:`) ? [key.slice(kind.length + 1)] : []))
}

async function keysThatNameWhatIsGone(tx: SqlSession, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await rowsOf(
    tx,
    keyRow,
    `WITH gone AS (
       SELECT id FROM unnest($1::uuid[]) AS touched (id)
       WHERE NOT EXISTS (SELECT FROM apis WHERE apis.id = touched.id)
         AND NOT EXISTS (SELECT FROM api_groups WHERE api_groups.id = touched.id))
     SELECT DISTINCT key FROM snapshot_entries JOIN gone ON refs @> ARRAY[gone.id]`,
    [ids],
  )
  return rows.map(({ key }) => key)
}
