import type { ScriptBudget } from './script-budget.js'
import type { ScriptOutcome } from './script-outcome.js'

/** One text of a script, as its author wrote it but for types, which are blanked out: lines and columns are the author's. */
export interface ScriptFile {
  /** What faults call it: `orders/transfer`, `macro money`. */
  readonly name: string
  readonly source: string
}

/** A script with the macros that it uses. Never changed: equal hashes are equal programs. */
export interface ScriptProgram {
  /** Names the program over all processes; runners keep what they compiled and what they suspended under it. */
  readonly hash: string
  readonly file: ScriptFile
  /** Evaluated before the file, in order; what they declare at their top level is global to it. */
  readonly macros: readonly ScriptFile[]
}

/**
 * How a program is entered.
 * - `api`: `export default (req, ctx)`, else `function execute(params)`, else the value left in `result`; input `{"req": …}`.
 * - `validator`: `validate(value, params)`; input `{"value": …, "params": …}`.
 * - `transform`: `transform(result, params)`, else the value left in `result`; input `{"result": …, "params": …}`.
 */
export type ScriptRole = 'api' | 'validator' | 'transform'

export interface ScriptStep {
  readonly role: ScriptRole
  readonly program: ScriptProgram
  /** JSON text of what the role takes. Only text crosses the boundary, both ways. */
  readonly input: string
}

/** Something that a script asks its surroundings for: `db.query`, `http.request`, `cache.get`. */
export interface HostRequest {
  readonly name: string
  /** JSON text that the guest wrote: never trust its shape. */
  readonly args: string
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The surroundings of one job, in the process that asked for it. The runner counts calls and bytes before they arrive here. */
export interface ScriptHost {
  /** Answers with JSON text. What it rejects with reaches the script as an error with the same message: reject with words for its author only. */
  call(request: HostRequest, signal: AbortSignal): Promise<string>
  /** Takes one line, already free of control characters and cut to the budget. */
  log(level: LogLevel, text: string): void
}

/** Steps that share one fresh runtime, in order; the first that does not succeed ends the job. Nothing of it is seen by another job. */
export interface ScriptJob {
  readonly steps: readonly ScriptStep[]
  /** JSON text of what all steps see beside their input: data source, environment names, the client. */
  readonly context: string
  /** An engine instance holds scripts of one module at a time. */
  readonly moduleId: string
  /** Waiting jobs are served in turn by API and, within it, by caller. */
  readonly apiId: string
  readonly caller: string
  readonly budget: ScriptBudget
  readonly host: ScriptHost
  /** Ends the job at once, wherever it is. */
  readonly signal: AbortSignal
}

/** A fault of a text that was never run. */
export interface ScriptFault {
  readonly file: string
  readonly message: string
  /** From 1; undefined where the engine does not say. */
  readonly line: number | undefined
  readonly column: number | undefined
}

/**
 * Runs scripts that nobody trusts. Every job ends by its budget's wall time and 150 ms, whatever its script does; it cannot reach the process that
 * asked for it but through its host, nor anything of another job. Never rejects: what can happen is in the outcome.
 */
export interface ScriptRunner {
  run(job: ScriptJob): Promise<ScriptOutcome>
  /** Compiles without running, and names what is wrong: syntax, modules that are not allowed, no way to enter it by its role. */
  check(role: ScriptRole, program: ScriptProgram, signal: AbortSignal): Promise<readonly ScriptFault[]>
  close(): Promise<void>
}
