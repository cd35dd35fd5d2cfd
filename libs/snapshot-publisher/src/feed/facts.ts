/** What can happen while revisions are told to gateways. */
export type FeedFact =
  | { readonly kind: 'snapshot.committed'; readonly epoch: string; readonly revision: number }
  | { readonly kind: 'notices.lost'; readonly reason: string }
  | { readonly kind: 'notices.back' }
  | { readonly kind: 'feed.failed'; readonly reason: string }
  | { readonly kind: 'redis.failed'; readonly reason: string }
  | { readonly kind: 'redis.back' }
  | { readonly kind: 'redis.told'; readonly epoch: string; readonly revision: number; readonly bodies: number }
  /** Redis holds a greater revision of this epoch than the database: the database was restored without a new epoch. */
  | { readonly kind: 'redis.ahead'; readonly revision: number; readonly databaseRevision: number }

/** Takes facts; returns at once and never throws. */
export type ReportFact = (fact: FeedFact) => void

/** One line about a failure, without its stack. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
