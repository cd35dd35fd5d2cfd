/** A fault of our own, for those who mend it. */
export interface Fault {
  /** What failed, in words that stay the same: faults are grouped by it. */
  readonly where: string
  readonly error: unknown
  /** Bounded and without secrets: code, request id, job. */
  readonly tags?: Readonly<Record<string, string>>
}

/** Takes faults to where they are collected. */
export interface FaultReporter {
  /** Never waits and never throws; beyond a bound per minute faults are dropped. */
  report(fault: Fault): void
  /** Sends what waits, for at most `deadlineMs`. */
  close(deadlineMs: number): Promise<void>
}

export interface FaultReporterOptions {
  /** Undefined: faults are only logged. */
  readonly dsn: string | undefined
  readonly service: string
  readonly release: string
  readonly environment: string
}
