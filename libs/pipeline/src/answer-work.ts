import { AppError } from '@penstock/errors'
import type { Envelope } from '@penstock/result-shape'
import type { AnswerFormat } from './answer-format.js'
import { answerXlsx } from './answer-xlsx.js'
import type { CallAnswer } from './call.js'
import type { ApiWork } from './compiled-snapshot.js'
import { executeSql } from './execute-sql.js'
import { answerRows, Execution } from './execution.js'
import { refusePage, type CallParams } from './read-call-params.js'
import { answerOf, answerScript, transformed } from './script/answer-script.js'
import { ScriptCall } from './script/script-call.js'
import type { ScriptedCall } from './script/scripted-call.js'
import { exactJson, scriptData } from './script/script-rows.js'
import { validateParams } from './script/validate-params.js'
import { streamCall } from './stream-call.js'

type ReadyWork = Exclude<ApiWork, { readonly kind: 'broken' }>
type SqlWork = Extract<ApiWork, { readonly kind: 'sql' }>
type PlainCall = Omit<ScriptedCall, 'work'>

/** Answers a call by what its API does: statements, statements between scripts, or a script. */
export function answerWork(call: PlainCall, work: ReadyWork, params: CallParams): Promise<Envelope> {
  if (work.kind === 'script') return answerScript({ ...call, work: work.scripts }, work.main, params)
  if (work.scripts === undefined) return answerRows(call.snapshot, call.call, call.plan, { unit: work.sql, params })
  return answerBetweenScripts({ ...call, work: work.scripts }, work, params)
}

/**
 * Answers in a format other than JSON: with the rows as the data source gives them, after the parameters were found valid. What a script or
 * a transform makes of rows has no columns, so it is JSON alone.
 */
export async function answerFormatted(
  { snapshot, call, plan, client }: PlainCall,
  work: ReadyWork,
  params: CallParams,
  format: Exclude<AnswerFormat, { readonly kind: 'json' }>,
): Promise<CallAnswer> {
  if (work.kind === 'script' || work.scripts?.transform !== undefined) {
    const message = 'The answers of this API are made by a script: they are application/json'
    throw new AppError('NOT_ACCEPTABLE', `${format.kind} of what a script makes`, { message })
  }
  const { sql: unit, scripts: own } = work
  if (own !== undefined) await checkAlone({ snapshot, call, plan, client, work: own }, params)
  if (format.kind === 'xlsx') return answerXlsx(snapshot, call, { plan, unit, params })
  refusePage(params.page)
  await streamCall(snapshot, call, { plan, unit, params, format })
  return STREAMED
}

const STREAMED: CallAnswer = Object.freeze({ body: undefined })

async function checkAlone(scripted: ScriptedCall, { values }: CallParams): Promise<void> {
  const scripts = new ScriptCall(scripted)
  try {
    await validateParams(scripted.work.validators, values, (steps) => scripts.run(steps))
  } finally {
    scripts.end()
  }
}

/** Validators, the statements, and the transform of what they returned. */
async function answerBetweenScripts(scripted: ScriptedCall, work: SqlWork, params: CallParams): Promise<Envelope> {
  const { call, snapshot, plan, work: own } = scripted
  const scripts = new ScriptCall(scripted)
  try {
    await validateParams(own.validators, params.values, (steps) => scripts.run(steps))
    const { transform } = own
    if (transform === undefined) return await answerRows(snapshot, call, plan, { unit: work.sql, params })
    const { result, truncated } =
      params.page === undefined ? await allRows(scripted, work, params) : await onePage(scripted, work, params)
    return answerOf(scripted, await transformed(scripts, transform, result, params), params, truncated)
  } finally {
    scripts.end()
  }
}

/** What a transform is given, as JSON text. */
interface Transformable {
  readonly result: string
  readonly truncated: boolean
}

async function allRows(
  { snapshot, call, plan }: ScriptedCall,
  work: SqlWork,
  params: CallParams,
): Promise<Transformable> {
  const execution = new Execution(snapshot, call, plan)
  try {
    const results = await executeSql(execution.of(work.sql, params.values))
    const truncated = results.some((result) => result.kind === 'rows' && result.truncated)
    return { result: `{"data":${scriptData(results)}${truncated ? ',"truncated":true' : ''}}`, truncated }
  } finally {
    execution.end()
  }
}

/** A page with what stands beside it: its number or the cursor of the next, which the transform hands on or leaves out. */
async function onePage(
  { snapshot, call, plan }: ScriptedCall,
  work: SqlWork,
  params: CallParams,
): Promise<Transformable> {
  const asIs = { ...params, naming: 'as-is' } as const
  const { body, truncated } = await answerRows(snapshot, call, plan, { unit: work.sql, params: asIs })
  return { result: exactJson(body), truncated }
}
