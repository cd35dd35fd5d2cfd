import type { DriverLease } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { encodeEnvelope } from '@penstock/result-shape'
import { screenAddress } from './address-rule.js'
import { admit } from './admit.js'
import { answerFormat } from './answer-format.js'
import { authenticate, authorise } from './authenticate.js'
import type { Call, CallAnswer, CallBody } from './call.js'
import type { ApiPlan, CompiledSnapshot, DatasourcePlan } from './compiled-snapshot.js'
import { activeDatasource, overdue } from './datasource-of-call.js'
import { executeSql, type SqlExecution } from './execute-sql.js'
import { findPlan } from './find-plan.js'
import { paramsForLog } from './params-for-log.js'
import { readCallParams, type CallParams } from './read-call-params.js'
import type { SqlUnit } from './sql-unit.js'
import { streamCall } from './stream-call.js'

/**
 * Runs one call through its stages, in the order that the contract gives: route, address, authentication, access, limits, body, parameters,
 * execution. The first that fails decides the answer. Whatever happens, the place in flight and the driver are given back.
 */
export async function runCall(snapshot: CompiledSnapshot, call: Call): Promise<CallAnswer> {
  const { head, ports, trace } = call
  const { plan, pathValues } = findPlan(snapshot, head)
  trace.api = plan.called
  trace.corsOrigins = plan.corsOrigins
  screenAddress(plan.mayCallFrom, head.ip)
  const client = plan.isPublic ? undefined : authenticate(snapshot, head, ports.now(), trace)
  if (client !== undefined) authorise(snapshot, client, plan)
  const admitted = admit(ports, plan, client, head.ip, trace)
  // Waiting for what is there already would cost a turn of the microtask queue.
  const release = typeof admitted === 'function' ? admitted : await admitted
  try {
    const { work } = plan
    if (work.kind === 'broken') throw new AppError('API_BROKEN', work.reason)
    const body = plan.method === 'GET' ? NO_BODY : await call.readBody()
    const params = readCallParams(work.params, head, pathValues, body)
    if (ports.settings.keepParams) trace.params = paramsForLog(params.values)
    const format = answerFormat(params.format, head.headers['accept'], plan.streams)
    if (format.kind !== 'json') {
      await streamCall(snapshot, call, { plan, unit: work.sql, params, format })
      return STREAMED
    }
    const execution = new Execution(snapshot, call, plan)
    try {
      const results = await executeSql(execution.of(work.sql, params.values))
      const envelope = encodeEnvelope(results, { naming: params.naming, bytesMax: ports.settings.bytesMax })
      trace.rows = envelope.rowCount
      return envelope
    } finally {
      execution.end()
    }
  } finally {
    release()
  }
}

const STREAMED: CallAnswer = Object.freeze({ body: undefined })
const NO_BODY: CallBody = Object.freeze({ kind: 'none', text: '' })

/** What a call holds while it is in its data source: the driver's lease and the timer of its deadline. */
class Execution {
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
