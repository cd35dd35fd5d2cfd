/** What is noteworthy about access records that come over Redis. */
export type RecordFact =
  /** `again`: it had been stored before, by a worker that died before it could say so, or by admin. */
  | { readonly kind: 'records.stored'; readonly count: number; readonly again: boolean }
  /** A batch that can never be stored was given up. */
  | { readonly kind: 'records.poisoned'; readonly entryId: string; readonly reason: string }
  /** Batches whose worker is gone were taken over. */
  | { readonly kind: 'records.taken-over'; readonly count: number }
  /** The database or Redis did not do its part; it is tried again. Nothing is lost. */
  | { readonly kind: 'records.delayed'; readonly reason: string; readonly retryInMs: number }

/** Takes facts; returns at once and never throws. */
export type RecordFactSink = (fact: RecordFact) => void
