import { createHash } from 'node:crypto'
import type { ApiEntry, ScriptPlan, ScriptUnit } from '@penstock/contracts'
import { apiEntry, type ApiOptions } from './build-snapshot.js'

/** A script as publishing would put it into an entry. */
export function scriptUnit(source: string, name = 'demo/script'): ScriptUnit {
  return { hash: createHash('sha256').update(`${name}\n${source}`).digest('hex'), file: { name, source }, macros: [] }
}

export interface ScriptOptions extends ApiOptions {
  readonly plan?: Partial<ScriptPlan>
}

/** The plan of scripts with everything that is not said left empty. */
export function scriptPlan(plan: Partial<ScriptPlan> = {}): ScriptPlan {
  return { validators: [], limits: {}, extra_datasource_ids: [], request_headers: [], ...plan }
}

/** A published API whose engine is SCRIPT. */
export function scriptEntry(path: string, source: string, options: ScriptOptions = {}): ApiEntry {
  const { plan, ...rest } = options
  const scripts = scriptPlan({ main: scriptUnit(source, path), ...plan })
  const entry: ApiEntry = { ...apiEntry(path, 'select 1', rest), engine: 'SCRIPT', scripts }
  delete entry.sql
  return entry
}
