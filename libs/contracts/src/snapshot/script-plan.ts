import { z } from 'zod'

const scriptFile = z.object({ name: z.string(), source: z.string() })

/** A script as gateways run it: types blanked out, with the macros that it uses. */
export const scriptUnit = z.object({
  /** SHA-256 of what is run; names the program in caches and reports. */
  hash: z.string(),
  file: scriptFile,
  macros: z.array(scriptFile),
})
export type ScriptUnit = z.output<typeof scriptUnit>

/** What an API may use up beyond or below the defaults; the process clamps each to its own maximum. */
export const scriptLimits = z.strictObject({
  exec_timeout_ms: z.number().int().min(1).max(600_000).optional(),
  memory_mb: z.number().int().min(1).max(64).optional(),
  host_calls: z.number().int().min(0).max(10_000).optional(),
  host_bytes: z.number().int().min(0).max(1_073_741_824).optional(),
  result_bytes: z.number().int().min(1).max(1_073_741_824).optional(),
  log_lines: z.number().int().min(0).max(10_000).optional(),
})
export type ScriptLimits = z.output<typeof scriptLimits>

/** Scripts of an API: its own when its engine is SCRIPT, validators of parameters, and what transforms its result. */
export const scriptPlan = z.object({
  /** Of engine SCRIPT only. */
  main: scriptUnit.optional(),
  validators: z.array(z.object({ param: z.string(), message: z.string().nullable(), unit: scriptUnit })),
  transform: scriptUnit.optional(),
  limits: scriptLimits,
  /** Data sources that `db.source(name)` reaches beside the API's own. */
  extra_datasource_ids: z.array(z.uuid()),
  /** Request headers that the script may see, in lower case. */
  request_headers: z.array(z.string()),
})
export type ScriptPlan = z.output<typeof scriptPlan>
