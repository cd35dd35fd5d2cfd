import { AppError } from '@penstock/errors'
import { encodeEnvelope } from '@penstock/result-shape'
import { admit } from './admit.js'
import { authenticate, authorise } from './authenticate.js'
import { type CallSignal } from './call-signal.js'
import { type CallBody, type CallHead, type CallPorts, type CallTrace } from './call.js'
import { type ApiPlan, type CompiledSnapshot, type DatasourcePlan } from './compiled-snapshot.js'
import { executeSql } from './execute-sql.js'
import { findPlan } from './find-plan.js'
import { paramsForLog } from './params-for-log.js'
import { readCallParams, type CallParams } from './read-call-params.js'
import { type SqlUnit } from './sql-unit.js'

/** The answer to a call that succeeded: JSON text. */
export interface CallAnswer {
  readonly body: string
}

/** One call: its head, what it needs, what is written down of it, and what aborts it. */
export interface Call {
  readonly head: CallHead
  readonly ports: CallPorts
  readonly trace: CallTrace
  /** Aborted by its owner when the caller goes away, and by the call itself at its deadline. */
  readonly signal: CallSignal
  /** Reads the body, after the call was admitted. Rejects with BODY_* or MEDIA_TYPE_UNSUPPORTED. */
  readBody(): Promise<CallBody>
}

/**
 * Runs one call through its stages, in the order that the contract gives: route, authentication, access, limits, body, parameters,
 * execution. The first that fails decides the answer. Whatever happens, the place in flight and the driver are given back.
 */
export async function runCall(snapshot: CompiledSnapshot, call: Call): Promise<CallAnswer> {
  const { head, ports, trace } = call
  const { plan, pathValues } = findPlan(snapshot, head)
  trace.api = plan.called
  trace.corsOrigins = plan.corsOrigins
  const client = plan.isPublic ? undefined : authenticate(snapshot, head, ports.now(), trace)
  if (client !== undefined) authorise(snapshot, client, plan)
  const release = await admit(ports, plan, client, head.ip, trace)
  try {
    const { work } = plan
    if (work.kind === 'broken') throw new AppError('API_BROKEN', work.reason)
    const body = plan.method === 'GET' ? NO_BODY : await call.readBody()
    const params = readCallParams(work.params, head, pathValues, body)
    if (ports.settings.keepParams) trace.params = paramsForLog(params.values)
    return await executeCall(snapshot, call, plan, work.sql, params)
  } finally {
    release()
  }
}

const NO_BODY: CallBody = Object.freeze({ kind: 'none', text: '' })

async function executeCall(
  snapshot: CompiledSnapshot,
  call: Call,
  plan: ApiPlan,
  unit: SqlUnit,
  params: CallParams,
): Promise<CallAnswer> {
  const { ports, trace, signal } = call
  const datasource = activeDatasource(snapshot, plan)
  trace.datasource = datasource.name
  const { settings } = ports
  const timeoutMs = plan.timeoutMs ?? settings.executionTimeoutMs
  // Whoever left while the body was read is not executed for.
  signal.throwIfAborted()
  const startedMs = ports.monotonicMs()
  const lease = ports.leaseDriver(datasource)
  const timer = setTimeout(() => signal.abort(overdue(timeoutMs)), timeoutMs)
  try {
    const results = await executeSql({
      unit,
      values: params.values,
      driver: lease.driver,
      readOnly: plan.readOnly,
      signal,
      timeoutMs: plan.timeoutMs ?? Math.min(timeoutMs, datasource.statementTimeoutMs ?? settings.statementTimeoutMs),
      rowsMax: plan.rowsMax ?? settings.rowsMax,
      bytesMax: settings.bytesMax,
      prepare: (texts) => ports.prepareTexts(datasource, texts, signal),
    })
    const envelope = encodeEnvelope(results, { naming: params.naming, bytesMax: settings.bytesMax })
    trace.rows = envelope.rowCount
    return envelope
  } finally {
    clearTimeout(timer)
    lease.release()
    trace.executionMs = ports.monotonicMs() - startedMs
  }
}

function activeDatasource(snapshot: CompiledSnapshot, plan: ApiPlan): DatasourcePlan {
  const datasource = snapshot.datasources.get(plan.datasourceId)
  if (datasource === undefined)
    throw new AppError('API_BROKEN', `data source ${plan.datasourceId} is not in the snapshot`)
  if (!datasource.isActive) throw new AppError('DATASOURCE_INACTIVE', `data source ${datasource.name} is not active`)
  return datasource
}

function overdue(timeoutMs: number): AppError {
  return new AppError('DATASOURCE_TIMEOUT', `the call took longer than ${timeoutMs} ms in the data source`)
}
