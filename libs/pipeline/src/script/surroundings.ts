import { AppError } from '@penstock/errors'
import type { HostRequest, LogLevel, ScriptBudget, ScriptHost, ScriptOutcome } from '@penstock/script'
import { z } from 'zod'
import { cacheHandlers } from './cache-requests.js'
import { httpHandler } from './http-requests.js'
import { Misuse } from './misuse.js'
import type { ScriptedCall } from './scripted-call.js'
import { ScriptDatabases } from './script-databases.js'
import type { ScriptPorts } from './script-ports.js'
import { HttpRefused } from './script-services.js'

/** Answers one kind of request with JSON text. */
type Handler = (args: unknown, signal: AbortSignal) => Promise<string>

// What a database says of a statement may hold the statement.
const MESSAGE_CHARACTERS_MAX = 1000

/**
 * What answers the requests of one job: its data sources and services, each argument checked, nothing of it left when the job is over.
 * A request that fails is told to the script in words for its author, and remembered: left uncaught, the call fails with what it was.
 */
export class Surroundings implements ScriptHost {
  readonly #databases: ScriptDatabases
  readonly #handlers: ReadonlyMap<string, Handler>
  readonly #failures = new Map<string, AppError>()

  constructor(
    readonly scripted: ScriptedCall,
    readonly ports: ScriptPorts,
    budget: ScriptBudget,
  ) {
    this.#databases = new ScriptDatabases(scripted, budget)
    this.#handlers = new Map<string, Handler>([
      ...Object.entries(this.#databases.handlers),
      ...Object.entries(cacheHandlers(scripted.work.moduleId, ports.cache)),
      ['http.request', httpHandler(scripted, ports.http, budget.wallMs)],
    ])
  }

  async call({ name, args }: HostRequest, signal: AbortSignal): Promise<string> {
    try {
      const handler = this.#handlers.get(name)
      if (handler === undefined) throw new Misuse(`scripts cannot ask for ${JSON.stringify(name.slice(0, 100))} here`)
      return `{"ok":${await handler(JSON.parse(args), signal)}}`
    } catch (error) {
      return JSON.stringify({ failed: this.#told(error) })
    }
  }

  log(level: LogLevel, text: string): void {
    const { call, plan } = this.scripted
    this.ports.log({ requestId: call.requestId, api: plan.called.name, level, text })
  }

  /** The failure that a script let through; undefined when what it threw is its own. */
  causeOf(outcome: ScriptOutcome): AppError | undefined {
    return outcome.kind === 'threw' ? this.#failures.get(outcome.thrown.message) : undefined
  }

  /** Rolls back what is open and gives everything back. */
  async close(): Promise<void> {
    await this.#databases.close()
  }

  #told(error: unknown): { readonly name: string; readonly code: string; readonly message: string } {
    if (error instanceof Misuse) return { name: 'TypeError', code: 'MISUSE', message: error.message }
    if (error instanceof z.ZodError) return { name: 'TypeError', code: 'MISUSE', message: z.prettifyError(error) }
    if (error instanceof HttpRefused) return { name: 'HttpError', code: 'HTTP_FAILED', message: error.message }
    const failure = error instanceof AppError ? error : new AppError('INTERNAL', String(error))
    const sentence = `${failure.code}: ${failure.open.message ?? failure.message}`
    const message = sentence.slice(0, MESSAGE_CHARACTERS_MAX)
    this.#failures.set(message, failure)
    return { name: 'DatasourceError', code: failure.code, message }
  }
}
