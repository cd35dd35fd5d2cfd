import { AppError, type Fault } from '@penstock/errors'
import type { ScriptStep } from '@penstock/script'
import type { CallParams } from '../read-call-params.js'
import { jsonText } from './json-text.js'
import type { ParamValidator } from './script-work.js'

/** Runs steps in one job and gives what each returned. */
export type RunSteps = (steps: readonly ScriptStep[]) => Promise<readonly (string | undefined)[]>

// A message for the caller, not a document.
const MESSAGE_CHARACTERS_MAX = 500

/**
 * Asks all validators of a call in one job, so that they pay once for their runtime. Throws PARAM_INVALID with every fault at once. What was
 * not sent and has no default is not asked about.
 */
export async function validateParams(
  validators: readonly ParamValidator[],
  values: CallParams['values'],
  run: RunSteps,
): Promise<void> {
  const asked = validators.filter(({ param }) => values[param] !== undefined && values[param] !== null)
  if (asked.length === 0) return
  const params = jsonText(values)
  const results = await run(
    asked.map(({ param, program }) => ({
      role: 'validator',
      program,
      input: `{"value":${jsonText(values[param])},"params":${params}}`,
    })),
  )
  const errors = asked.flatMap((validator, at) => faultOf(validator, results[at]))
  if (errors.length === 0) return
  throw new AppError('PARAM_INVALID', errors.map(({ name, message }) => `${name} ${message}`).join('; '), { errors })
}

/** False, or a message, refuses the value. */
function faultOf({ param, location, message }: ParamValidator, result: string | undefined): Fault[] {
  const verdict: unknown = result === undefined ? undefined : JSON.parse(result)
  if (verdict === false) return [{ name: param, location, message }]
  if (typeof verdict !== 'string') return []
  return [{ name: param, location, message: verdict.slice(0, MESSAGE_CHARACTERS_MAX) }]
}
