import type { ParameterUse, SqlProgram } from './program.js'

/** The parameters that a template reads, each with the first place that does, in order of appearance. */
export function parametersUsed(program: SqlProgram): readonly ParameterUse[] {
  return program.parameters
}
