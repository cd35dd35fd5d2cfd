import { AppError } from '@penstock/errors'
import { screenAddress } from './address-rule.js'
import { admit } from './admit.js'
import { answerFormat } from './answer-format.js'
import { authenticate, authorise } from './authenticate.js'
import type { Call, CallAnswer, CallBody } from './call.js'
import { cachedCall, type MakeAnswer } from './cached-call.js'
import type { CompiledSnapshot } from './compiled-snapshot.js'
import { answerFormatted, answerWork } from './answer-work.js'
import { findPlan } from './find-plan.js'
import { paramsForLog } from './params-for-log.js'
import { readCallParams } from './read-call-params.js'

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
  trace.traced?.ended('route')
  const client = plan.isPublic ? undefined : authenticate(snapshot, head, ports.now(), trace)
  if (client !== undefined) authorise(snapshot, client, plan)
  const admitted = admit(ports, plan, client, head.ip, trace)
  // Waiting for what is there already would cost a turn of the microtask queue.
  const release = typeof admitted === 'function' ? admitted : await admitted
  trace.traced?.ended('admit')
  try {
    const { work } = plan
    if (work.kind === 'broken') throw new AppError('API_BROKEN', work.reason)
    const body = plan.method === 'GET' ? NO_BODY : await call.readBody()
    const params = readCallParams(work.params, head, pathValues, body, work.kind === 'sql' ? work.paging : undefined)
    trace.traced?.ended('params')
    if (ports.settings.keepParams) trace.params = paramsForLog(params.values)
    const format = answerFormat(params.format, head.headers['accept'], plan.streams)
    if (format.kind !== 'json') return await answerFormatted({ snapshot, call, plan, client }, work, params, format)
    const make: MakeAnswer = (own) => answerWork({ snapshot, call: own, plan, client }, work, params)
    return await (plan.cache === undefined || ports.cache === undefined
      ? make(call)
      : cachedCall(snapshot, call, { plan, params, policy: plan.cache, cache: ports.cache }, make))
  } finally {
    release()
  }
}

const NO_BODY: CallBody = Object.freeze({ kind: 'none', text: '' })
