export type { AnswerCache, AnswerCacheCounts, CachedAnswer, Claim, Lead, MadeAnswer, Wish } from './answer-cache.js'
export {
  ALONE_MS,
  localAnswerCache,
  type LocalCacheOptions,
  type SharedClaim,
  type SharedLead,
  type SharedStore,
} from './local-answer-cache.js'
export { canonicalValues } from './canonical-values.js'
export { matchesEtag, strongEtag } from './etag.js'
