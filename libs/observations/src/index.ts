export {
  toAll,
  type CacheOutcome,
  type CalledApi,
  type CallFinished,
  type Observation,
  type Observe,
} from './observation.js'
