export {
  toAll,
  type CacheOutcome,
  type CalledApi,
  type CallFinished,
  type CallStage,
  type Observation,
  type Observe,
  type TracedCall,
} from './observation.js'
