/** One call of an API or of the token endpoint, whatever became of it. Never holds a credential. */
export interface CallFinished {
  readonly kind: 'call.finished'
  /** When the request head had arrived, in milliseconds since 1970. */
  readonly atMs: number
  readonly requestId: string
  readonly method: string
  /** As requested, without query. */
  readonly path: string
  readonly status: number
  /** Code of the error catalogue; undefined on success. */
  readonly code: string | undefined
  readonly durationMs: number
  /** Time spent in the data source; undefined when it was not reached. */
  readonly executionMs: number | undefined
  readonly rows: number | undefined
  /** Left out, or undefined: answers of this API are not kept. */
  readonly cache?: CacheOutcome | undefined
  readonly responseBytes: number
  readonly api: CalledApi | undefined
  /** Name of the data source that was asked. */
  readonly datasource: string | undefined
  /** The client's public client_id. */
  readonly clientId: string | undefined
  readonly ip: string
  readonly userAgent: string | undefined
  /** Redacted JSON text of the parameters; only when logging them is switched on. */
  readonly params: string | undefined
  /** What the operator needs to know about a failure; never part of an answer. */
  readonly detail: string | undefined
  /** Left out, or undefined: the call is not traced. */
  readonly traced?: TracedCall | undefined
}

/** Stages that a call passes, in their order. Executing and encoding are known by their durations. */
export type CallStage = 'route' | 'admit' | 'params'

/** The place of a call in a trace, when it is traced. */
export interface TracedCall {
  /** 32 and 16 hexadecimal digits. */
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  /** The stages that were passed, and how long after the call began. */
  readonly stages: readonly { readonly stage: CallStage; readonly afterMs: number }[]
  /** Says that the call has just passed this stage. */
  ended(stage: CallStage): void
}

/** Where an answer came from: kept and fresh enough; kept, while a new one is made; or made for this call. */
export type CacheOutcome = 'hit' | 'stale' | 'miss'

/** The API that a call was routed to. */
export interface CalledApi {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly moduleName: string
}

/** Everything noteworthy that can happen in a process. Code emits these facts; sinks decide what is a log line or a metric. */
export type Observation =
  | CallFinished
  | {
      readonly kind: 'process.ready'
      readonly name: string
      readonly urls: readonly string[]
      readonly afterMs: number
    }
  | { readonly kind: 'process.draining'; readonly name: string; readonly reason: string }
  | { readonly kind: 'process.stopped'; readonly name: string }
  | { readonly kind: 'process.failed'; readonly name: string; readonly detail: string }
  | {
      readonly kind: 'snapshot.applied'
      readonly source: string
      readonly epoch: string
      readonly revision: number
      /** Entries that changed, and entries in all. */
      readonly changed: number
      readonly entries: number
      readonly durationMs: number
      /** The longest stretch in which the event loop was not given back. */
      readonly longestSliceMs: number
    }
  | { readonly kind: 'snapshot.refused'; readonly source: string; readonly reason: string }
  | { readonly kind: 'snapshot.entry-refused'; readonly key: string; readonly reason: string }
  | { readonly kind: 'snapshot.not-persisted'; readonly reason: string }
  | { readonly kind: 'snapshot.last-good-corrupt'; readonly file: string; readonly reason: string }
  | { readonly kind: 'source.failed'; readonly source: string; readonly reason: string; readonly retryInMs: number }
  | { readonly kind: 'source.recovered'; readonly source: string }
  | { readonly kind: 'heartbeat.failed'; readonly reason: string }
  /** How far this machine's clock is ahead of another's; negative: behind. */
  | { readonly kind: 'clock.compared'; readonly reference: 'admin' | 'redis'; readonly skewMs: number }
  /** Whether this clock is so far off that tokens cannot be judged by it; told when that changes. */
  | { readonly kind: 'clock.judged'; readonly isOff: boolean; readonly skewMs: number }
  /** Who decides on limits from now on: all gateways together over Redis, or this one alone with its share. */
  | { readonly kind: 'limits.mode'; readonly mode: 'redis' | 'local'; readonly replicas: number }
  | { readonly kind: 'spans.dropped'; readonly count: number; readonly reason: string }
  /** Short: calls are refused until memory is free again. */
  | { readonly kind: 'memory.pressure'; readonly state: 'short' | 'over'; readonly detail: string }
  /** Open: calls of this data source fail at once, without asking it. */
  | {
      readonly kind: 'datasource.breaker'
      readonly datasource: string
      readonly state: 'closed' | 'open' | 'half-open'
    }
  /** A line that a script wrote about a call. */
  | {
      readonly kind: 'script.logged'
      readonly requestId: string
      readonly api: string
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly text: string
    }
  | { readonly kind: 'script-host.started'; readonly pid: number; readonly tookMs: number }
  | { readonly kind: 'script-host.lost'; readonly jobsLost: number; readonly detail: string }
  /** No script can run for as long as this process lives. */
  | { readonly kind: 'script-host.broken'; readonly why: string }
  /** A script did not let itself be ended, and was ended by force. */
  | { readonly kind: 'script.killed'; readonly apiId: string; readonly files: readonly string[] }
  | {
      readonly kind: 'script.suspended'
      readonly apiId: string
      readonly files: readonly string[]
      readonly forMs: number
      readonly before: number
    }
  | {
      readonly kind: 'access-records.dropped'
      readonly count: number
      readonly reason: 'buffer full' | 'refused' | 'shutdown'
    }
  | {
      readonly kind: 'access-records.delayed'
      readonly reason: string
      readonly buffered: number
      readonly retryInMs: number
    }
  | { readonly kind: 'access-records.delivered'; readonly count: number }
  /** Which way batches take from now on: over Redis to a worker, or to admin because Redis is away or its stream is full. */
  | { readonly kind: 'access-records.route'; readonly via: 'redis' | 'admin'; readonly reason: string | undefined }

/** Takes facts. Must return at once and never throw: it is called from the hot path. */
export type Observe = (observation: Observation) => void

/** Gives each fact to every sink in turn. */
export function toAll(...sinks: readonly Observe[]): Observe {
  return (observation) => {
    for (const sink of sinks) sink(observation)
  }
}
