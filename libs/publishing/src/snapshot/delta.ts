import type { EntryKind } from '@penstock/contracts'
import type { BuiltEntry } from './built-entry.js'

/** An entry as a revision names it. */
export interface NamedEntry {
  readonly key: string
  readonly kind: EntryKind
  readonly shard: number
  readonly hash: string
}

/** How entries differ from those of the revision before. */
export interface Delta {
  /** New entries and those with another body. */
  readonly changed: readonly BuiltEntry[]
  /** What the changed ones were before, where they were. */
  readonly replaced: readonly NamedEntry[]
  readonly removed: readonly NamedEntry[]
}

export const NO_DELTA: Delta = { changed: [], replaced: [], removed: [] }

/** Compares by hash: `before` are the entries that were looked at, `built` what they should be. */
export function deltaOf(before: ReadonlyMap<string, NamedEntry>, built: readonly BuiltEntry[]): Delta {
  const changed = built.filter(({ key, hash }) => before.get(key)?.hash !== hash)
  const kept = new Set(built.map(({ key }) => key))
  return {
    changed,
    replaced: changed.flatMap(({ key }) => before.get(key) ?? []),
    removed: [...before.values()].filter(({ key }) => !kept.has(key)),
  }
}

export function isEmpty(delta: Delta): boolean {
  return delta.changed.length + delta.removed.length === 0
}

/** The number of entries by kind. */
export function tally(entries: readonly { readonly kind: EntryKind }[]): Partial<Record<EntryKind, number>> {
  const counts: Partial<Record<EntryKind, number>> = {}
  for (const { kind } of entries) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

/** The counts of the next revision from those of the one before. */
export function countsAfter(before: Readonly<Record<string, number>>, delta: Delta): Record<string, number> {
  const counts: Record<string, number> = { ...before }
  const add = (entries: readonly { readonly kind: EntryKind }[], sign: 1 | -1): void => {
    for (const { kind } of entries) counts[kind] = (counts[kind] ?? 0) + sign
  }
  add(delta.changed, 1)
  add(delta.replaced, -1)
  add(delta.removed, -1)
  return counts
}
