import type { ScriptRole } from '@penstock/script'
import type { Defence } from './defences.js'

/**
 * What the asking process writes to its host, as JSON in the first text of a frame. The host takes it as it is: it comes from this very lib, and
 * reading a schema would double the time that a thread takes to start. The other way nothing is trusted: see `ends.ts`.
 */
export interface Setup {
  readonly prelude: string
  readonly extraModules: readonly (readonly [string, string])[]
  readonly memoryBytesMax: number
  /** The IANA name of the zone of local time. */
  readonly timeZone: string
  /** The same zone by the name that the host's process is started with. */
  readonly processTimeZone: string
  readonly withoutDefences: readonly Defence[]
}

interface File {
  readonly name: string
  readonly source: string
}

/** What is compiled: a file in its role, with the macros that it uses. */
export interface CheckHead {
  readonly role: ScriptRole
  readonly file: File
  readonly macros: readonly File[]
}

/** A job; the context and the inputs of its steps follow as texts. */
export interface JobHead {
  /** Equal keys are equal steps but for what they are given. */
  readonly key: string
  readonly moduleId: string
  readonly wallMs: number
  readonly cpuMs: number
  readonly memoryBytes: number
  readonly hostBytesMax: number
  readonly resultBytesMax: number
  readonly logLinesMax: number
  readonly logBytesMax: number
  readonly steps: readonly CheckHead[]
}
