import type { SnapshotEntry } from '@penstock/contracts'
import type { SnapshotVersion } from './snapshot-source.js'

/** What is to be compiled: entries that are new or changed, keys of those that are gone. */
export interface EntryChange {
  readonly version: SnapshotVersion
  readonly changed: readonly SnapshotEntry[]
  readonly removed: readonly string[]
}

export interface Compiled<Snapshot> {
  readonly snapshot: Snapshot
  /** Entries that could not be compiled and keep their old version: key → sentence. */
  readonly entryErrors: ReadonlyMap<string, string>
}

/**
 * Makes the next snapshot out of the one before and what changed, in short steps. Must leave the one before as it is: calls are still
 * using it. Throwing refuses the whole revision.
 */
export type CompileSnapshot<Snapshot> = (
  change: EntryChange,
  before: Snapshot | undefined,
) => Generator<void, Compiled<Snapshot>>

/** The one pointer: read once per call, replaced in one assignment. */
export interface SnapshotRef<Snapshot> {
  readonly current: Snapshot | undefined
}
