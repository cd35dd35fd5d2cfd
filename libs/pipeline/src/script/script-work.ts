import type { ApiEntry, ScriptLimits, ScriptPlan, ScriptUnit } from '@penstock/contracts'
import type { ScriptProgram } from '@penstock/script'

/** A validator with the parameter that it looks at. */
export interface ParamValidator {
  readonly param: string
  readonly location: string
  /** What the caller reads when the script says no more than false. */
  readonly message: string
  readonly program: ScriptProgram
}

/** The scripts of an API, ready to be run. */
export interface ScriptWork {
  readonly validators: readonly ParamValidator[]
  readonly transform: ScriptProgram | undefined
  readonly limits: ScriptLimits
  /** Further data sources that scripts may ask, by id. */
  readonly extraDatasourceIds: readonly string[]
  /** Request headers that scripts may see, in lower case. */
  readonly requestHeaders: readonly string[]
  /** An engine instance holds scripts of one module at a time. */
  readonly moduleId: string
}

/** The scripts of an entry; undefined when it has none. */
export function compileScriptWork(entry: ApiEntry): ScriptWork | undefined {
  const { scripts: plan } = entry
  if (plan === undefined) return undefined
  return Object.freeze({
    validators: validatorsOf(entry, plan),
    transform: plan.transform === undefined ? undefined : programOf(plan.transform),
    limits: plan.limits,
    extraDatasourceIds: plan.extra_datasource_ids,
    requestHeaders: plan.request_headers,
    moduleId: entry.module_id,
  })
}

/** The program of a unit, without copying its texts. */
export function programOf(unit: ScriptUnit): ScriptProgram {
  return Object.freeze({ hash: unit.hash, file: unit.file, macros: unit.macros })
}

function validatorsOf({ params }: ApiEntry, { validators }: ScriptPlan): readonly ParamValidator[] {
  return validators.map(({ param, message, unit }) => ({
    param,
    location: params.find(({ name }) => name === param)?.location ?? 'query',
    message: message ?? `Validation failed for param '${param}'`,
    program: programOf(unit),
  }))
}
