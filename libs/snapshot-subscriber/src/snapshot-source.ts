/** Which snapshot: revisions grow within one epoch. */
export interface SnapshotVersion {
  readonly epoch: string
  readonly revision: number
}

/** What became of an offered manifest: settled for good, or worth offering again because bodies could not be fetched just now. */
export type OfferOutcome = 'settled' | 'again'

/** What a source tells its subscriber. */
export interface SourceWatcher {
  /** Takes a manifest as it came, unverified; resolves when it is served, refused or put off. */
  offer(candidate: unknown): Promise<OfferOutcome>
  /** The source could not be reached, or answered nonsense. */
  failed(reason: string, retryInMs: number): void
  /** The source answered. */
  answered(): void
}

/**
 * A place that snapshots come from. It is trusted with nothing: whatever it gives is verified by the subscriber, which never lets itself
 * be replaced by what is older, corrupt or unsigned.
 */
export interface SnapshotSource {
  readonly name: 'http' | 'redis'
  /**
   * Only the control plane itself knows when an epoch ended; a source without this authority may hold what an older configuration
   * database left behind.
   */
  readonly mayChangeEpoch: boolean
  /** Offers each manifest that it meets until the signal aborts, and keeps trying while it is down. Never rejects. */
  watch(watcher: SourceWatcher, signal: AbortSignal): Promise<void>
  /** Bodies by hash; those that it does not have are left out. Rejects when it cannot be reached. */
  bodies(hashes: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>
  /** Frees connections. Idempotent. */
  close(): Promise<void>
}
