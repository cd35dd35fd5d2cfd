/** What a job used up. */
export interface ScriptUsage {
  readonly queueMs: number
  readonly wallMs: number
  readonly cpuMs: number
  readonly hostCalls: number
  readonly logLinesDropped: number
}

/** Where and what a script threw, in its author's lines. */
export interface ScriptThrow {
  readonly name: string
  readonly message: string
  readonly file: string | undefined
  readonly line: number | undefined
  readonly column: number | undefined
  /** Guest frames only, bounded. */
  readonly stack: string
}

export type ScriptEnd =
  /** One JSON text per step; undefined where a step returned nothing. */
  | { readonly kind: 'done'; readonly results: readonly (string | undefined)[] }
  /** `throw new ApiError(status, message, code)`: a failure that the author meant. Status is 400 to 599. */
  | {
      readonly kind: 'api-error'
      readonly step: number
      readonly status: number
      readonly message: string
      readonly code: string
    }
  | { readonly kind: 'threw'; readonly step: number; readonly thrown: ScriptThrow }
  | { readonly kind: 'timeout'; readonly clock: 'cpu' | 'wall' | 'watchdog' }
  | { readonly kind: 'over-budget'; readonly what: 'memory' | 'stack' | 'result' | 'host calls' | 'host bytes' }
  /** No instance became free in time, or too many wait. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number }
  /** Nothing can run: what every script begins with does not evaluate. It stays so for as long as the runner is open. */
  | { readonly kind: 'broken'; readonly why: string }
  /** The watchdog had to end this program again and again. */
  | { readonly kind: 'suspended'; readonly retryAfterMs: number }
  | { readonly kind: 'aborted' }
  /** The process of the engine ended in mid-run; nothing else is known. */
  | { readonly kind: 'lost' }

export type ScriptOutcome = ScriptEnd & { readonly usage: ScriptUsage }
