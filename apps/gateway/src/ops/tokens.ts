/** Names under which the pieces made in compose.ts are injected. */
export const METRICS = Symbol('metrics')
export const MISSING = Symbol('missing')
