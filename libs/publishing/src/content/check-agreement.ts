import { type ParamDefinition } from '@penstock/contracts'
import { type Fault } from '@penstock/errors'
import { type PathPattern } from '@penstock/routing'
import { type ParameterUse } from '@penstock/sql-template'

/** What must agree: the path, the parameter definitions and the names that the template reads. */
export interface Agreement {
  readonly pattern: PathPattern | undefined
  readonly params: readonly ParamDefinition[]
  readonly used: readonly ParameterUse[] | undefined
}

/** Faults that would make every call fail, or leave a name without a value. */
export function agreementFaults({ pattern, params, used }: Agreement): Fault[] {
  return [...repeatedNames(params), ...pathFaults(pattern, params), ...undefinedNames(used ?? [], params)]
}

/** What is most likely a mistake and harms nobody. */
export function agreementWarnings({ params, used }: Agreement): Fault[] {
  if (used === undefined) return []
  const read = new Set(used.map(({ name }) => name))
  return params.flatMap(({ name }, at) =>
    read.has(name) ? [] : [{ field: `params[${at}]`, message: `The parameter ${name} is defined, but the template does not read it` }],
  )
}

function repeatedNames(params: readonly ParamDefinition[]): Fault[] {
  const first = new Set<string>()
  return params.flatMap(({ name }, at) => {
    if (!first.has(name)) {
      first.add(name)
      return []
    }
    return [{ field: `params[${at}].name`, message: `The parameter ${name} is defined twice` }]
  })
}

function pathFaults(pattern: PathPattern | undefined, params: readonly ParamDefinition[]): Fault[] {
  if (pattern === undefined) return []
  const inPath = new Set(pattern.paramNames)
  const fromPath = new Set(params.flatMap(({ name, location }) => (location === 'path' ? [name] : [])))
  return [
    ...params.flatMap(({ name, location }, at) =>
      location === 'path' && !inPath.has(name)
        ? [{ field: `params[${at}].location`, message: `The parameter ${name} is read from the path, but the path has no {${name}}` }]
        : [],
    ),
    ...[...inPath]
      .filter((name) => !fromPath.has(name))
      .map((name) => ({ field: 'params', message: `The path has {${name}}, but no parameter ${name} with location path is defined` })),
  ]
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
