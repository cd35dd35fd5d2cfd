import type { ScriptPorts } from '@penstock/pipeline'
import { bundleScriptModules } from '@penstock/script-modules'
import { openScriptRunner } from '@penstock/script-quickjs'
import { memoryScriptCache, openScriptHttp, readPrelude } from '@penstock/script-surroundings'
import type { Logger } from '@penstock/telemetry'
import type { AdminConfig } from './config.js'

// People who try their drafts are few; gateways have engines of their own.
const INSTANCES_MAX = 2
const CACHE = { entriesMax: 1_000, charactersMax: 1024 * 1024 }

/** What scripts need to be checked and tried, as in a gateway. The engine's process starts with the first of them. */
export async function openScripts({ scripts }: Pick<AdminConfig, 'scripts'>, log: Logger): Promise<ScriptPorts> {
  const { settings, environment, extraModules, modulesFolder, timeZone, http } = scripts
  return {
    runner: openScriptRunner({
      prelude: await readPrelude(),
      timeZone,
      extraModules: await bundleScriptModules(extraModules, modulesFolder),
      instancesMax: INSTANCES_MAX,
      memoryBytesMax: settings.memoryBytes.most,
    }),
    settings,
    environment,
    http: openScriptHttp(http),
    // Of its own: what is tried must not show in what is served.
    cache: memoryScriptCache({ ...CACHE, nowMs: () => performance.now() }),
    log: ({ level, requestId, api, text }) => log[level](text, { request_id: requestId, api, script: true }),
  }
}
