import type { ParamDefinition } from '@penstock/contracts'
import { compileParam } from './compile-param.js'
import type { ParamFault } from './param-value.js'

/**
 * Everything that would be wrong with these definitions when the API is called; empty when nothing is. With `pathParamNames` (routing's
 * `PathPattern.paramNames`) also whether path and definitions name the same path parameters.
 */
export function checkDefinitions(
  definitions: readonly ParamDefinition[],
  pathParamNames?: readonly string[],
): readonly ParamFault[] {
  const faults: ParamFault[] = []
  const seen = new Set<string>()
  for (const definition of definitions) {
    const { name, location } = definition
    const say = (message: string) => faults.push({ name, location, message })
    if (seen.has(name)) say('is defined twice: the name stands for one value in the template')
    seen.add(name)
    const result = compileParam(definition)
    if (!result.ok) result.faults.forEach(say)
    if (pathParamNames === undefined) continue
    const inPath = pathParamNames.includes(name)
    if (location === 'path' && !inPath) say(`is a path parameter, but the path has no {${name}}`)
    if (location !== 'path' && inPath) say(`stands in the path as {${name}}, so its location must be path`)
  }
  // Without any definition all values are taken as they come, those of the path too.
  const missing = definitions.length === 0 ? [] : (pathParamNames ?? []).filter((name) => !seen.has(name))
  return [
    ...faults,
    ...missing.map((name) => ({ name, location: 'path', message: 'stands in the path but has no definition' })),
  ]
}
