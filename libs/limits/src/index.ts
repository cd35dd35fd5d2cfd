export {
  type Admission,
  type AdmissionRequest,
  type AdmissionStore,
  type ConcurrencyLimit,
  type RateLimit,
  type RateState,
} from './admission-store.js'
