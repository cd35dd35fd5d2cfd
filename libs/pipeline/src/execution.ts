import { canonicalValues } from '@penstock/answer-cache'
import type { DriverLease } from '@penstock/datasource'
import { encodeEnvelope, type Envelope } from '@penstock/result-shape'
import type { Call } from './call.js'
import type { ApiPlan, CompiledSnapshot, DatasourcePlan } from './compiled-snapshot.js'
import { activeDatasource, overdue } from './datasource-of-call.js'
import { answerPage } from './answer-page.js'
import { executeSql, type SqlExecution } from './execute-sql.js'
import type { CallParams } from './read-call-params.js'
import type { SqlUnit } from './sql-unit.js'

/** Runs the statements of a call and encodes what they return. Whatever happens, the driver is given back. */
export async function answerRows(
  snapshot: CompiledSnapshot,
  call: Call,
  plan: ApiPlan,
  { unit, params }: { readonly unit: SqlUnit; readonly params: CallParams },
): Promise<Envelope> {
  const execution = new Execution(snapshot, call, plan)
  try {
    const sql = execution.of(unit, params.values)
    const envelope =
      params.page === undefined
        ? encodeEnvelope(await executeSql(sql), { naming: params.naming, bytesMax: sql.bytesMax })
        : await answerPage(sql, params.page, {
            naming: params.naming,
            cursorKey: call.ports.cursorKey,
            // A cursor is good for this version and these parameters alone.
            boundTo: `${plan.id}.${plan.called.version}\n${canonicalValues(params.values)}`,
          })
    call.trace.rows = envelope.rowCount
    return envelope
  } finally {
    execution.end()
  }
}

/** What a call holds while it is in its data source: the driver's lease and the timer of its deadline. */
export class Execution {
  readonly #call: Call
  readonly #plan: ApiPlan
  readonly #datasource: DatasourcePlan
  readonly #timeoutMs: number
  readonly #lease: DriverLease
  readonly #timer: NodeJS.Timeout
  readonly #startedMs: number

  constructor(snapshot: CompiledSnapshot, call: Call, plan: ApiPlan) {
    const { ports, signal, trace } = call
    this.#call = call
    this.#plan = plan
    this.#datasource = activeDatasource(snapshot, plan)
    trace.datasource = this.#datasource.name
    const timeoutMs = plan.timeoutMs ?? ports.settings.executionTimeoutMs
    this.#timeoutMs = timeoutMs
    // Whoever left while the body was read is not executed for.
    signal.throwIfAborted()
    this.#startedMs = ports.monotonicMs()
    this.#lease = ports.leaseDriver(this.#datasource)
    this.#timer = setTimeout(() => signal.abort(overdue(timeoutMs)), timeoutMs)
  }

  of(unit: SqlUnit, values: CallParams['values']): SqlExecution {
    const { ports, signal } = this.#call
    const { settings } = ports
    const plan = this.#plan
    const statementMs = this.#datasource.statementTimeoutMs ?? settings.statementTimeoutMs
    return {
      unit,
      values,
      driver: this.#lease.driver,
      readOnly: plan.readOnly,
      signal,
      timeoutMs: plan.timeoutMs ?? Math.min(this.#timeoutMs, statementMs),
      rowsMax: plan.rowsMax ?? settings.rowsMax,
      bytesMax: settings.bytesMax,
      prepare: (texts) => ports.prepareTexts(this.#datasource, texts, signal),
    }
  }

  end(): void {
    const { ports, trace } = this.#call
    clearTimeout(this.#timer)
    this.#lease.release()
    trace.executionMs = ports.monotonicMs() - this.#startedMs
  }
}
