import type { Observe } from '@penstock/observations'
import type { CompiledSnapshot, ScriptHttp, ScriptPorts } from '@penstock/pipeline'
import type { ScriptRunner } from '@penstock/script'
import type { ScriptEngineFact } from '@penstock/script-quickjs'
import type { GatewayConfig } from '../config.js'
import { lazyRunner } from './lazy-runner.js'
import { openScriptCache } from './open-script-cache.js'
import { countedRunner, type ScriptMetrics } from './script-metrics.js'

/** What the scripts of a gateway need, and how it is let go. */
export interface OpenScripts extends ScriptPorts {
  /** Opens the engine as soon as a snapshot has scripts, so that no call waits for it. */
  follow(snapshot: CompiledSnapshot): void
  /** Whether no script can run for as long as this process lives. */
  readonly isBroken: boolean
  close(): Promise<void>
}

/** Nothing is loaded or started before the first script, but packages that the operator lists: whether they can be used shows at the start. */
export async function openScripts(
  config: GatewayConfig['scripts'],
  observe: Observe,
  metrics: ScriptMetrics,
): Promise<OpenScripts> {
  const extraModules = await bundledModules(config)
  const http = await openHttp(config)
  const cache = openScriptCache(config.cache)
  let isBroken = false
  const heard = (fact: ScriptEngineFact): void => {
    isBroken ||= fact.kind === 'script-host.broken'
    metrics.heard(fact)
    observe(fact)
  }
  const runner = lazyRunner(() => openEngine(config, extraModules, heard))
  const counted = countedRunner(runner, metrics)
  let isWarm = false
  return {
    runner: counted,
    http,
    cache,
    settings: config.settings,
    environment: config.environment,
    log: (line) => observe({ kind: 'script.logged', ...line }),
    follow(snapshot) {
      if (isWarm || !hasScripts(snapshot)) return
      isWarm = true
      // Whatever is wrong with the engine shows with the first call.
      void runner.check('api', NOTHING, new AbortController().signal).catch(() => undefined)
    },
    get isBroken() {
      return isBroken
    },
    async close() {
      await runner.close()
      await cache.close()
    },
  }
}

async function openEngine(
  config: GatewayConfig['scripts'],
  extraModules: ReadonlyMap<string, string>,
  observe: (fact: ScriptEngineFact) => void,
): Promise<ScriptRunner> {
  const [{ openScriptRunner }, { readPrelude }] = await Promise.all([
    import('@penstock/script-quickjs'),
    import('@penstock/script-surroundings'),
  ])
  return openScriptRunner({
    prelude: await readPrelude(),
    timeZone: config.timeZone,
    extraModules,
    ...(config.instancesMax === undefined ? {} : { instancesMax: config.instancesMax }),
    memoryBytesMax: config.settings.memoryBytes.most,
    observe,
  })
}

/** Opened at the start when there is what scripts may ask, so that a list that cannot be read shows there. */
async function openHttp({ http }: GatewayConfig['scripts']): Promise<ScriptHttp | undefined> {
  if (http.hosts.length + http.connections.length === 0) return undefined
  const { openScriptHttp } = await import('@penstock/script-surroundings')
  return openScriptHttp(http)
}

async function bundledModules({ extraModules, modulesFolder }: GatewayConfig['scripts']) {
  if (extraModules.length === 0) return new Map<string, string>()
  const { bundleScriptModules } = await import('@penstock/script-modules')
  return bundleScriptModules(extraModules, modulesFolder)
}

function hasScripts({ apis }: CompiledSnapshot): boolean {
  for (const { work } of apis.values()) {
    if (work.kind === 'script' || (work.kind === 'sql' && work.scripts !== undefined)) return true
  }
  return false
}

const NOTHING = { hash: 'nothing', file: { name: 'nothing', source: 'result = null' }, macros: [] } as const
