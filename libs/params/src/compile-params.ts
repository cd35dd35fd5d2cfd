import { type ParamDefinition, RESERVED_PARAM_NAMES } from '@penstock/contracts'
import { type CallNaming, snakeKeys } from './call-naming.js'
import { checkDefinitions } from './check-definitions.js'
import { type CompiledParam, compileParam, isAbsent } from './compile-param.js'
import {
  bareRecord,
  ownMember,
  type ParamFault,
  type ParamInput,
  type ParamValue,
  type ParamValues,
} from './param-value.js'

export type ReadParams =
  { readonly ok: true; readonly values: ParamValues } | { readonly ok: false; readonly faults: readonly ParamFault[] }

/** Reads the parameters of a call: all values, or all faults at once. */
export type ParamsReader = (input: ParamInput, naming?: CallNaming['input']) => ReadParams

/** Definitions that cannot be used; checkDefinitions would have said so when they were saved. */
export class DefinitionsUnusable extends Error {
  override readonly name = 'DefinitionsUnusable'
}

/**
 * Compiles the declared parameters of an API; do it once, when the snapshot loads. With definitions each value comes from its declared place
 * alone and everything else is dropped, but a value from the path wins over all. Without definitions everything is taken as it came: path
 * before query before body, but what the gateway itself reads: naming, format and `readByGateway`. Throws DefinitionsUnusable.
 */
export function compileParams(
  definitions: readonly ParamDefinition[],
  readByGateway: readonly string[] = [],
): ParamsReader {
  if (definitions.length === 0) return mergeAllBut(new Set([...RESERVED_PARAM_NAMES, ...readByGateway]))
  const faults = checkDefinitions(definitions)
  if (faults.length > 0)
    throw new DefinitionsUnusable(faults.map(({ name, message }) => `${name}: ${message}`).join('; '))
  const params = definitions.flatMap((definition) => {
    const result = compileParam(definition)
    return result.ok ? [result.param] : []
  })
  return (input, naming = 'as-is') => readDeclared(params, naming === 'camel' ? inSnakeCase(input) : input)
}

function readDeclared(params: readonly CompiledParam[], input: ParamInput): ReadParams {
  const values = bareRecord<ParamValue>()
  const faults: ParamFault[] = []
  for (const param of params) {
    const raw = rawValue(param, input)
    if (isAbsent(raw)) {
      if (param.fallback !== undefined) values[param.name] = param.fallback
      else if (param.required) faults.push(faultOf(param, 'is required'))
      continue
    }
    if (Array.isArray(raw) && !param.isList && param.location !== 'body') {
      faults.push(faultOf(param, 'must be given once'))
      continue
    }
    const outcome = param.read(raw)
    if (outcome.ok) values[param.name] = outcome.value
    else faults.push(faultOf(param, outcome.message))
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, values }
}

function rawValue(param: CompiledParam, input: ParamInput): unknown {
  const fromPath = ownMember(input.path, param.name)
  if (fromPath !== undefined || param.location === 'path') return fromPath
  if (param.location === 'query') return ownMember(input.query, param.key)
  return param.location === 'header' ? ownMember(input.headers, param.key) : ownMember(input.body, param.key)
}

function faultOf({ name, location }: CompiledParam, message: string): ParamFault {
  return { name, location, message }
}

/** A declared name that is camel itself is still found: the keys as they came stay beside. */
function inSnakeCase(input: ParamInput): ParamInput {
  return { ...input, query: withSnake(input.query), body: withSnake(input.body) }
}

function withSnake<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(bareRecord<T>(), record, snakeKeys(record))
}

function mergeAllBut(readByGateway: ReadonlySet<string>): ParamsReader {
  return (input, naming = 'as-is') => {
    const values = bareRecord<ParamValue>()
    const [query, body] =
      naming === 'camel' ? [snakeKeys(input.query), snakeKeys(input.body)] : [input.query, input.body]
    for (const source of [input.path, query, body]) {
      for (const name of Object.keys(source)) {
        if (!(name in values) && !readByGateway.has(name)) values[name] = asValue(source[name])
      }
    }
    return { ok: true, values }
  }
}

/** What came over the wire is JSON, so only its absence must be told apart. */
function asValue(raw: unknown): ParamValue {
  return isParamValue(raw) ? raw : null
}

function isParamValue(raw: unknown): raw is ParamValue {
  return raw !== undefined
}
