import type { ScriptLimits } from '@penstock/contracts'
import type { ScriptBudget } from '@penstock/script'

/** What a script may use where its API says nothing, and what no API may exceed. */
export interface Allowance {
  readonly usual: number
  readonly most: number
}

/** What scripts of one process may use. */
export interface ScriptSettings {
  readonly execTimeoutMs: Allowance
  readonly memoryBytes: Allowance
  readonly hostCalls: Allowance
  readonly hostBytes: Allowance
  readonly resultBytes: Allowance
  readonly logLines: Allowance
  /** Time in the interpreter alone. */
  readonly cpuMs: number
  /** How long a call waits for a free instance. */
  readonly queueWaitMs: number
}

const MEGABYTE = 1024 * 1024
const LOG_LINE_BYTES = 2048
// More in flight would only wait in the pools and sockets of this process.
const HOST_CALLS_IN_FLIGHT = 10
// Less is no time at all for a timer, and zero means none to some.
const WALL_MS_MIN = 1

/** The budget of one job: what the API asks for, within what the process allows, and no longer than the call has left. */
export function scriptBudget(settings: ScriptSettings, limits: ScriptLimits, leftMs: number): ScriptBudget {
  const wallMs = Math.max(WALL_MS_MIN, Math.min(clamp(settings.execTimeoutMs, limits.exec_timeout_ms), leftMs))
  const logLinesMax = clamp(settings.logLines, limits.log_lines)
  return {
    wallMs,
    cpuMs: Math.min(settings.cpuMs, wallMs),
    memoryBytes: clamp(settings.memoryBytes, limits.memory_mb === undefined ? undefined : limits.memory_mb * MEGABYTE),
    hostCallsMax: clamp(settings.hostCalls, limits.host_calls),
    hostCallsInFlightMax: HOST_CALLS_IN_FLIGHT,
    hostBytesMax: clamp(settings.hostBytes, limits.host_bytes),
    resultBytesMax: clamp(settings.resultBytes, limits.result_bytes),
    logLinesMax,
    logBytesMax: logLinesMax * LOG_LINE_BYTES,
    queueWaitMs: Math.max(WALL_MS_MIN, Math.min(settings.queueWaitMs, leftMs)),
  }
}

function clamp({ usual, most }: Allowance, asked: number | undefined): number {
  return Math.min(asked ?? usual, most)
}
