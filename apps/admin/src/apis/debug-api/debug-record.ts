import type { DebugAnswer } from '@penstock/contracts'
import type { AccessMode, Statement } from '@penstock/datasource'
import type { LogLevel, ScriptJob, ScriptOutcome } from '@penstock/script'
import { z } from 'zod'
import { shownJson } from './shown-json.js'

type Debug = DebugAnswer['debug']
type Shown<T> = { -readonly [Key in keyof T]: T[Key] }
type ShownStatement = Shown<Debug['statements'][number]>
type ShownScripts = NonNullable<Debug['scripts']>

// People read it; a script in a loop would fill the answer with the same.
const STATEMENTS_MAX = 200
const HTTP_CALLS_MAX = 200

const httpAsked = z.object({ method: z.string(), url: z.string(), connection: z.string().optional() })
const httpAnswered = z.object({ ok: z.object({ status: z.number().int() }) })
const failed = z.object({ failed: z.object({ message: z.string() }) })

/** What becomes known of one run for debugging, as it goes on. */
export class DebugRecord {
  readonly #startedMs = performance.now()
  readonly #statements: ShownStatement[] = []
  readonly #scripts: Shown<ShownScripts> = { logs: [], http_calls: [], runs: [] }
  #firstSentMs: number | undefined
  #mode: AccessMode = 'read'
  values: Readonly<Record<string, unknown>> = {}

  /** Notes a statement that is sent now; the returned function says that it was answered. */
  sent(mode: AccessMode, datasource: string, { text, values }: Statement): () => void {
    const sentMs = performance.now()
    this.#firstSentMs ??= sentMs
    if (mode === 'write') this.#mode = 'write'
    const shown: ShownStatement = { sql: text, binds: values.map(shownJson), datasource, ms: null }
    if (this.#statements.length < STATEMENTS_MAX) this.#statements.push(shown)
    return () => (shown.ms = performance.now() - sentMs)
  }

  /** Notes what a script asked for beside its data sources. */
  asked(args: string, answer: string, ms: number): void {
    const { data: call } = httpAsked.safeParse(JSON.parse(args))
    if (call === undefined || this.#scripts.http_calls.length >= HTTP_CALLS_MAX) return
    const said: unknown = JSON.parse(answer)
    const status = httpAnswered.safeParse(said).data?.ok.status ?? null
    const message = failed.safeParse(said).data?.failed.message
    this.#scripts.http_calls.push({ ...call, status, ms, ...(message === undefined ? {} : { message }) })
  }

  logged(level: LogLevel, message: string): void {
    this.#scripts.logs.push({ level, message })
  }

  /** Notes how a job of scripts ended. */
  ran({ steps }: Pick<ScriptJob, 'steps'>, outcome: ScriptOutcome): void {
    const { queueMs, wallMs, cpuMs, hostCalls } = outcome.usage
    this.#scripts.runs.push({
      roles: steps.map(({ role }) => role),
      outcome: outcome.kind,
      queue_ms: queueMs,
      run_ms: wallMs,
      cpu_ms: cpuMs,
      host_calls: hostCalls,
    })
    if (outcome.kind !== 'threw') return
    const { name, message, file, line, column, stack } = outcome.thrown
    this.#scripts.fault = {
      message: `${name}: ${message}`,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      stack,
    }
  }

  /** All of it, in the words of the answer. */
  shown(committed: boolean, hasScripts: boolean): Debug {
    const endedMs = performance.now()
    return {
      statements: this.#statements,
      params: Object.fromEntries(Object.entries(this.values).map(([name, value]) => [name, shownJson(value)])),
      mode: this.#mode,
      committed: committed && this.#mode === 'write',
      render_ms: (this.#firstSentMs ?? endedMs) - this.#startedMs,
      execute_ms: this.#firstSentMs === undefined ? null : endedMs - this.#firstSentMs,
      ...(hasScripts ? { scripts: this.#scripts } : {}),
    }
  }
}
