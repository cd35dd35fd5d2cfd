import type { ParamDefinition } from '@penstock/contracts'
import type { Fault } from '@penstock/errors'
import { checkDefinitions } from '@penstock/params'
import type { PathPattern } from '@penstock/routing'
import type { ParameterUse } from '@penstock/sql-template'

/** What must agree: the path, the parameter definitions and the names that the template reads. */
export interface Agreement {
  readonly pattern: PathPattern | undefined
  readonly params: readonly ParamDefinition[]
  readonly used: readonly ParameterUse[] | undefined
}

/** Faults that would make every call fail, or leave a name without a value. */
export function agreementFaults({ pattern, params, used }: Agreement): Fault[] {
  return [...definitionFaults(pattern, params), ...undefinedNames(used ?? [], params)]
}

/** What is most likely a mistake and harms nobody. */
export function agreementWarnings({ params, used }: Agreement): Fault[] {
  if (used === undefined) return []
  const read = new Set(used.map(({ name }) => name))
  return params.flatMap(({ name }, at) =>
    read.has(name)
      ? []
      : [{ field: `params[${at}]`, message: `The parameter ${name} is defined, but the template does not read it` }],
  )
}

function definitionFaults(pattern: PathPattern | undefined, params: readonly ParamDefinition[]): Fault[] {
  return checkDefinitions(params, pattern?.paramNames).map(({ name, location, message }) => {
    const at = params.findIndex((definition) => definition.name === name)
    return { field: at < 0 ? 'params' : `params[${at}]`, name, location, message: `The parameter ${name} ${message}` }
  })
}

function undefinedNames(used: readonly ParameterUse[], params: readonly ParamDefinition[]): Fault[] {
  const defined = new Set(params.map(({ name }) => name))
  return used
    .filter(({ name }) => !defined.has(name))
    .map(({ name, line, column }) => ({
      field: 'content',
      message: `The template reads ${name}, but no parameter of that name is defined`,
      line,
      column,
    }))
}
