export {
  type Admission,
  type AdmissionRequest,
  type AdmissionStore,
  type ConcurrencyLimit,
  type RateLimit,
  type RateState,
} from './admission-store.js'
export { decide, usage, type Limit, type LimitDecision } from './decide.js'
export { limitHeaders, retryAfter, type LimitHeaders } from './limit-headers.js'
export { SlidingLog } from './sliding-log.js'
