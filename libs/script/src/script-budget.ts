/** What one job may use up. */
export interface ScriptBudget {
  /** From the first to the last step, waiting for the host included; waiting for a free instance is not. */
  readonly wallMs: number
  /** Time in the interpreter alone. */
  readonly cpuMs: number
  readonly memoryBytes: number
  /** Host calls in all, and in flight at once. */
  readonly hostCallsMax: number
  readonly hostCallsInFlightMax: number
  /** JSON text that may cross in host calls, both ways together. */
  readonly hostBytesMax: number
  readonly resultBytesMax: number
  readonly logLinesMax: number
  readonly logBytesMax: number
  /** How long the job may wait for a free instance. */
  readonly queueWaitMs: number
}
