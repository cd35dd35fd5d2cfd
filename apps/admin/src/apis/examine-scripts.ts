import type { UnpublishedMacro, UsableMacro } from '@penstock/control-store'
import type { Fault } from '@penstock/errors'
import { checkScripts, type ScriptTextsPlan } from '@penstock/publishing'
import type { Ports } from '../base/ports.js'
import { scriptsOf, type ApiTexts } from './library-macros.js'

/** The engine compiles a script in milliseconds; its process may have to start first. */
const CHECK_MS_MAX = 10_000

export interface ExaminedScripts {
  /** Undefined when there are no scripts. Those that cannot be read are left out. */
  readonly plan: ScriptTextsPlan | undefined
  readonly errors: readonly Fault[]
}

/** Reads the scripts among the texts, and has them checked by the engine that will run them. Runs none. */
export async function examineScripts(
  { scripts: { runner } }: Pick<Ports, 'scripts'>,
  texts: ApiTexts,
  macros: readonly UsableMacro[],
  unpublished: readonly UnpublishedMacro[],
): Promise<ExaminedScripts> {
  const { plan, scripts, errors } = scriptsOf(texts, macros, unpublished)
  if (scripts.length === 0) return { plan, errors }
  return { plan, errors: [...errors, ...(await checkScripts(runner, scripts, AbortSignal.timeout(CHECK_MS_MAX)))] }
}
