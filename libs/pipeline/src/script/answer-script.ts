import type { ScriptProgram } from '@penstock/script'
import type { Envelope } from '@penstock/result-shape'
import type { CallParams } from '../read-call-params.js'
import { jsonText } from './json-text.js'
import { scriptAnswer } from './script-answer.js'
import { ScriptCall } from './script-call.js'
import { requestInput } from './script-job-context.js'
import type { ScriptedCall } from './scripted-call.js'
import { validateParams } from './validate-params.js'

/** Answers a call of an API whose engine is SCRIPT: its validators, its script, its transform. */
export async function answerScript(scripted: ScriptedCall, main: ScriptProgram, params: CallParams): Promise<Envelope> {
  const { call, plan, work, client } = scripted
  const scripts = new ScriptCall(scripted)
  try {
    await validateParams(work.validators, params.values, (steps) => scripts.run(steps))
    const input = requestInput(plan, work, call.head, client, params.values)
    const [returned] = await scripts.run([{ role: 'api', program: main, input }])
    const result =
      work.transform === undefined
        ? returned
        : await transformed(scripts, work.transform, `{"data":${returned ?? 'null'}}`, params)
    return answerOf(scripted, result, params, false)
  } finally {
    scripts.end()
  }
}

/** What a transform makes of a result, which is `{"data": …}`. */
export async function transformed(
  scripts: ScriptCall,
  program: ScriptProgram,
  result: string,
  params: CallParams,
): Promise<string | undefined> {
  const input = `{"result":${result},"params":${jsonText(params.values)}}`
  const [changed] = await scripts.run([{ role: 'transform', program, input }])
  return changed
}

/** The envelope of what scripts returned, with the caps of the API. */
export function answerOf(
  { call, plan }: ScriptedCall,
  result: string | undefined,
  { naming }: CallParams,
  truncated: boolean,
): Envelope {
  const { settings } = call.ports
  const rowsMax = plan.rowsMax ?? settings.rowsMax
  const envelope = scriptAnswer(result, { naming, rowsMax, bytesMax: settings.bytesMax, truncated })
  call.trace.rows = envelope.rowCount
  return envelope
}
