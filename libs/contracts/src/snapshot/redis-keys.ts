/** Where a snapshot stands in Redis. */
export const SNAPSHOT_REDIS = {
  /** String: JSON of the latest SignedManifest. Replaced only by a greater revision, or by another epoch. */
  latest: 'penstock:snapshot:latest',
  /** Prefix of strings: bodies by SHA-256. */
  body: 'penstock:snapshot:body:',
  /** Pub/sub channel: `<epoch>.<revision>`; only a hint, the poll is what can be relied on. */
  hint: 'penstock:snapshot:hint',
} as const
