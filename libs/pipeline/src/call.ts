import type { AnswerCache } from '@penstock/answer-cache'
import type { CacheOutcome, CalledApi, TracedCall } from '@penstock/observations'
import type { DriverLease, PrepareOutcome } from '@penstock/datasource'
import type { AdmissionStore } from '@penstock/limits'
import type { CallSignal } from './call-signal.js'
import type { Refreshes } from './refreshes.js'
import type { DatasourcePlan } from './compiled-snapshot.js'
import type { ScriptPorts } from './script/script-ports.js'

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

/** What stands in the head of a streamed answer. */
export interface StreamHead {
  readonly contentType: string
  /** The name under which browsers save it; undefined: they show it. */
  readonly fileName: string | undefined
}

/** A successful answer whose head is sent and whose body follows in pieces. */
export interface AnswerStream {
  /** Undefined: go on. A promise: the reader is behind; it settles when it caught up or went away, and never rejects. */
  write(text: string): Promise<void> | undefined
  /** Settles when all that was written is on its way, or the reader went away. */
  flush(): Promise<void>
  /** Says that the answer is complete; settles as `flush` does. An answer that was not ended must never look as if it were. */
  end(): Promise<void>
}

/** Where answers are kept. Its clock is that of `CallPorts.monotonicMs`. */
export interface CallCache {
  readonly answers: AnswerCache
  readonly refreshes: Refreshes
  /** Bigger answers are not kept. */
  readonly answerBytesMax: number
}

/** Rows that become one file. */
export interface TableFile {
  readonly columns: readonly { readonly name: string; readonly encoding: 'raw' | 'string' }[]
  readonly rows: readonly (readonly (string | null)[])[]
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
  /** Left out: no answer is kept, whatever APIs say. */
  readonly cache?: CallCache | undefined
  /** Writes an XLSX file; left out: there is no such format. */
  writeXlsx?(table: TableFile, signal: AbortSignal): Promise<Uint8Array>
  /** What cursors are signed with: the same in all gateways. */
  readonly cursorKey: Uint8Array
  /** Left out: APIs with scripts are answered with API_BROKEN. */
  readonly scripts?: ScriptPorts | undefined
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
  /** Of calls whose answers may be kept. */
  cache: CacheOutcome | undefined
  /** Hears of each stage that was passed; undefined: the call is not traced. */
  traced: TracedCall | undefined
  /** Headers of the answer that are known before it is: also an error carries its RateLimit. */
  headers: Record<string, string> | undefined
  /** Origins that the routed API allows; undefined before it is routed. */
  corsOrigins: readonly string[] | undefined
}

/** The answer to a call that succeeded: JSON; undefined when it was streamed and is over. */
export interface CallAnswer {
  readonly body: string | Uint8Array | undefined
  /** JSON when left out. */
  readonly contentType?: string
  /** 304: the caller has this body already. 200 when left out. */
  readonly status?: 200 | 304
  /** Beside those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>
}

/** One call: its head, what it needs, what is written down of it, and what aborts it. */
export interface Call {
  /** Names it in logs. */
  readonly requestId: string
  readonly head: CallHead
  readonly ports: CallPorts
  readonly trace: CallTrace
  /** Aborted by its owner when the caller goes away, and by the call itself at its deadline. */
  readonly signal: CallSignal
  /** Reads the body, after the call was admitted. Rejects with BODY_* or MEDIA_TYPE_UNSUPPORTED. */
  readBody(): Promise<CallBody>
  /** Begins a streamed answer. Undefined when only its head is wanted, which is then sent. */
  openStream(head: StreamHead): AnswerStream | undefined
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
    cache: undefined,
    traced: undefined,
    headers: undefined,
    corsOrigins: undefined,
  }
}
