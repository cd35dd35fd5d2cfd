import { type CalledApi } from '@penstock/observations'
import { type DriverLease, type PrepareOutcome } from '@penstock/datasource'
import { type AdmissionStore } from '@penstock/limits'
import { type DatasourcePlan } from './compiled-snapshot.js'

/** The head of a call, as it came over the wire. */
export interface CallHead {
  /** In upper case. HEAD is asked for as GET. */
  readonly method: string
  /** The path behind `/api`, still escaped, without the query. */
  readonly rawPath: string
  /** What stands behind `?`, still escaped; empty when there is none. */
  readonly rawQuery: string
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The caller's address, behind the proxies that are trusted. */
  readonly ip: string
}

/** A body that was read: its text and what its Content-Type says it is. */
export interface CallBody {
  readonly kind: 'json' | 'form' | 'none'
  readonly text: string
}

/** What a call needs of its process. */
export interface CallPorts {
  readonly admission: AdmissionStore
  /** The driver of a data source; the lease keeps it open until it is released. */
  leaseDriver(datasource: DatasourcePlan): DriverLease
  /** Prepares texts on a data source without running them: for templates that could not be proved while publishing. */
  prepareTexts(
    datasource: DatasourcePlan,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly PrepareOutcome[]>
  readonly settings: CallSettings
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds of a clock that never steps back. */
  monotonicMs(): number
}

/** What holds where neither API nor client say otherwise. */
export interface CallSettings {
  readonly rateLimitsEnabled: boolean
  /** Calls per minute and caller where neither the API nor the client has a limit; 0: none. */
  readonly defaultRatePerMinute: number
  /** Calls in flight per caller where the client has no limit; 0: none. */
  readonly defaultConcurrent: number
  readonly executionTimeoutMs: number
  readonly statementTimeoutMs: number
  /** undefined: no cap. */
  readonly rowsMax: number | undefined
  readonly bytesMax: number | undefined
  /** Whether parameters are kept for the access log. */
  readonly keepParams: boolean
}

/** What becomes known of a call on its way, whether it succeeds or not; written to by the stages, read by the observation. */
export interface CallTrace {
  api: CalledApi | undefined
  clientId: string | undefined
  datasource: string | undefined
  executionMs: number | undefined
  rows: number | undefined
  params: string | undefined
  /** Headers of the answer that are known before it is: also an error carries its RateLimit. */
  headers: Record<string, string> | undefined
  /** Origins that the routed API allows; undefined before it is routed. */
  corsOrigins: readonly string[] | undefined
}

/** A trace of which nothing is known yet. */
export function newTrace(): CallTrace {
  return {
    api: undefined,
    clientId: undefined,
    datasource: undefined,
    executionMs: undefined,
    rows: undefined,
    params: undefined,
    headers: undefined,
    corsOrigins: undefined,
  }
}
