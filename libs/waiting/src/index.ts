export { pause, withDeadline } from './pause.js'
export { backoffMs, jittered, type BackoffBounds } from './backoff.js'
