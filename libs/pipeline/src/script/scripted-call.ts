import type { Call } from '../call.js'
import type { ApiPlan, ClientPlan, CompiledSnapshot } from '../compiled-snapshot.js'
import type { ScriptWork } from './script-work.js'

/** Whose scripts are run, and for whom. */
export interface ScriptedCall {
  readonly snapshot: CompiledSnapshot
  readonly call: Call
  readonly plan: ApiPlan
  readonly work: ScriptWork
  readonly client: ClientPlan | undefined
}
