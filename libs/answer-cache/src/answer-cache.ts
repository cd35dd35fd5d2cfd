/** An answer that was kept: what its body is, and when it was made. */
export interface CachedAnswer {
  readonly body: Uint8Array
  /** Strong: of the body. With its quotes. */
  readonly etag: string
  /** Rows in the body, for the record of the call. */
  readonly rows: number
  /** When it was made, by the clock of `AnswerCacheOptions.now` of this process. */
  readonly madeAtMs: number
}

/** What a maker gives: the cache notes when it got it. */
export type MadeAnswer = Omit<CachedAnswer, 'madeAtMs'>

/** The right, and the duty, to make the answer of a key. One of its four ends must be called; later ones do nothing. */
export interface Lead {
  /** The answer is there for `keepMs`, for everybody who waits and who comes. */
  store(answer: MadeAnswer, keepMs: number): void
  /** It could not be made, and nobody else who asks for the same now would fare better: all who wait in this process fail alike. */
  fail(error: unknown): void
  /** Whoever made it went away: the next who waits makes it. */
  abandon(): void
  /** It was made and cannot be kept: those who wait make it for themselves, each alone. */
  refuse(): void
}

export type Claim =
  | { readonly kind: 'found'; readonly answer: CachedAnswer }
  | { readonly kind: 'lead'; readonly lead: Lead }
  /** The answer of this key was lately found to be none that can be kept. */
  | { readonly kind: 'alone' }

/** What a caller wants of a key. */
export interface Wish {
  /** Answers that are older are not good enough. */
  readonly ageMsMax: number
  /** Ends the wait: the caller went away, or its deadline passed. */
  readonly signal: AbortSignal
}

/** Counts since the process started, and what is held now. */
export interface AnswerCacheCounts {
  readonly bytes: number
  readonly entries: number
  /** Answers that had to go for others, before their time was over. */
  readonly evicted: number
  /** Callers that waited while another made the answer. */
  readonly waits: number
  /** Times that the shared store did not answer, or not in time; 0 where there is none. */
  readonly storeFailures: number
}

/**
 * Keeps answers by key. Keys say everything that an answer depends on; whoever may see one answer of a key may see all of them.
 *
 * Must hold: of all who claim a key at the same time one leads (in this process, or in all that share a store), and the others wait for it,
 * each no longer than its signal says; a leader that died blocks nobody for longer than its lease. What is held is bounded. A store that is
 * slow or away costs 50 ms and is then done without: neither method ever fails because of it.
 */
export interface AnswerCache {
  /** What this process holds of the key, however old, at once. */
  held(key: string): CachedAnswer | undefined
  /** The answer, or the lead for making it. Rejects with the signal's reason, or with what the leader failed with. */
  claim(key: string, wish: Wish): Promise<Claim>
  counts(): AnswerCacheCounts
  close(): Promise<void>
}
