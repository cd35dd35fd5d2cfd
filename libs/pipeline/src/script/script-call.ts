import { AppError } from '@penstock/errors'
import type { ScriptStep } from '@penstock/script'
import type { DatasourcePlan } from '../compiled-snapshot.js'
import { activeDatasource } from '../datasource-of-call.js'
import { jobContext } from './script-job-context.js'
import { scriptFailure, timeout } from './script-failure.js'
import type { ScriptPorts } from './script-ports.js'
import { scriptBudget } from './script-settings.js'
import type { ScriptedCall } from './scripted-call.js'
import { Surroundings } from './surroundings.js'

/** The scripts of one call, from its first job to its last, within the time of the call. */
export class ScriptCall {
  readonly datasource: DatasourcePlan | undefined
  readonly #ports: ScriptPorts
  readonly #timeoutMs: number
  readonly #startedMs: number
  readonly #timer: NodeJS.Timeout

  constructor(readonly scripted: ScriptedCall) {
    const { snapshot, call, plan } = scripted
    const { ports, signal, trace } = call
    if (ports.scripts === undefined) throw new AppError('API_BROKEN', 'this process runs no scripts')
    this.#ports = ports.scripts
    this.datasource = plan.datasourceId === undefined ? undefined : activeDatasource(snapshot, plan)
    trace.datasource = this.datasource?.name
    // Whoever left while the body was read is not executed for.
    signal.throwIfAborted()
    const timeoutMs = plan.timeoutMs ?? ports.settings.executionTimeoutMs
    this.#timeoutMs = timeoutMs
    this.#startedMs = ports.monotonicMs()
    this.#timer = setTimeout(() => signal.abort(timeout(`the call did not end within ${timeoutMs} ms`)), timeoutMs)
  }

  /** Runs the steps in one job, and gives what each returned. Transactions that it left open are rolled back before this settles. */
  async run(steps: readonly ScriptStep[]): Promise<readonly (string | undefined)[]> {
    const { call, plan, work, client } = this.scripted
    const ports = this.#ports
    const budget = scriptBudget(ports.settings, work.limits, this.leftMs)
    const surroundings = new Surroundings(this.scripted, ports, budget)
    try {
      const outcome = await ports.runner.run({
        steps,
        context: jobContext(ports, this.datasource),
        moduleId: work.moduleId,
        apiId: plan.id,
        caller: client?.id ?? call.head.ip,
        budget,
        host: surroundings,
        signal: call.signal,
      })
      if (outcome.kind === 'done') return outcome.results
      throw surroundings.causeOf(outcome) ?? scriptFailure(outcome, call.signal)
    } finally {
      await surroundings.close()
    }
  }

  /** Milliseconds that the call may still take. */
  get leftMs(): number {
    return Math.max(0, this.#timeoutMs - (this.scripted.call.ports.monotonicMs() - this.#startedMs))
  }

  /** To be called once, whatever happened. */
  end(): void {
    const { trace, ports } = this.scripted.call
    clearTimeout(this.#timer)
    trace.executionMs = ports.monotonicMs() - this.#startedMs
  }
}
