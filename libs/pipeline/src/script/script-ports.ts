import type { LogLevel, ScriptRunner } from '@penstock/script'
import type { ScriptCache, ScriptHttp } from './script-services.js'
import type { ScriptSettings } from './script-settings.js'

/** One line that a script wrote. */
export interface ScriptLine {
  readonly requestId: string
  readonly api: string
  readonly level: LogLevel
  /** Free of control characters. */
  readonly text: string
}

/** What scripts need of the process that runs calls. */
export interface ScriptPorts {
  readonly runner: ScriptRunner
  readonly settings: ScriptSettings
  /** What `env.get` knows, and nothing else. */
  readonly environment: Readonly<Record<string, string>>
  /** Left out: no request can be sent. */
  readonly http?: ScriptHttp | undefined
  /** Left out: nothing is kept. */
  readonly cache?: ScriptCache | undefined
  /** Takes a line; returns at once and never throws. */
  log(line: ScriptLine): void
}
