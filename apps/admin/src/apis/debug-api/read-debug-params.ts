import type { ParamDefinition } from '@penstock/contracts'
import { AppError } from '@penstock/errors'
import { compileParams, type ParamValues } from '@penstock/params'

/**
 * Reads values given by name as a call's would be read: converted, checked, with defaults. Where a call would carry them does not matter
 * here. Throws PARAM_INVALID with every fault, under the places that the definitions name.
 */
export function readDebugParams(
  definitions: readonly ParamDefinition[],
  given: Readonly<Record<string, unknown>>,
): ParamValues {
  const read = compileParams(definitions.map((definition) => ({ ...definition, location: 'body' as const })))
  const outcome = read({ path: {}, query: {}, headers: {}, body: given })
  if (outcome.ok) return outcome.values
  const placeOf = new Map(definitions.map(({ name, location }) => [name, location]))
  throw new AppError('PARAM_INVALID', outcome.faults.map(({ name, message }) => `${name} ${message}`).join('; '), {
    errors: outcome.faults.map((fault) => ({ ...fault, location: placeOf.get(fault.name) ?? fault.location })),
  })
}
