import { hostname } from 'node:os'
import { type GatewayHeartbeat, SNAPSHOT_FORMAT } from '@penstock/contracts'
import type { AdmissionStore } from '@penstock/limits'
import { localAdmissionStore } from '@penstock/limits-local'
import { type Observe, toAll } from '@penstock/observations'
import { type CompiledSnapshot, compileSnapshot } from '@penstock/pipeline'
import { deriveGatewayKeys, type GatewayKeys } from '@penstock/secrets'
import { Heartbeat, httpSource, LastGoodStore, redisSource, SnapshotSubscriber } from '@penstock/snapshot-subscriber'
import {
  accessRecordSink,
  createLogger,
  type FaultReporter,
  type Logger,
  logSink,
  openFaultReporter,
  type PrometheusSink,
  prometheusSink,
  reportCalls,
} from '@penstock/telemetry'
import { cacheMetrics } from './cache/cache-metrics.js'
import { openCache, type OpenCache } from './cache/open-cache.js'
import type { GatewayConfig } from './config.js'
import { type Drivers, openDrivers } from './drivers.js'
import { loggedAdmission } from './logged-admission.js'
import { type MemoryGuard, memoryGuard } from './pressure/memory-guard.js'
import { collectGarbage, processMemory } from './pressure/process-memory.js'
import type { Tracing } from './tracing/open-tracing.js'
import { openRecords, type OpenRecords } from './records/open-records.js'
import { openScripts, type OpenScripts } from './scripts/open-scripts.js'
import { scriptMetrics } from './scripts/script-metrics.js'

/** The parts of a gateway, put together. Nothing runs yet, and nothing is connected. */
export interface GatewayParts {
  readonly logger: Logger
  readonly observe: Observe
  readonly metrics: PrometheusSink
  readonly records: OpenRecords
  readonly admission: AdmissionStore
  readonly cache: OpenCache | undefined
  readonly cursorKey: Uint8Array
  readonly drivers: Drivers
  readonly scripts: OpenScripts
  readonly subscriber: SnapshotSubscriber<CompiledSnapshot>
  readonly heartbeat: Heartbeat
  readonly memory: MemoryGuard
  /** Undefined: nothing is traced. */
  readonly tracing: Tracing | undefined
  readonly faults: FaultReporter
}

const VERSION = '0.1.0'

/** The only place that knows the concrete parts. */
export async function composeGateway(config: GatewayConfig): Promise<GatewayParts> {
  const keys = deriveGatewayKeys(config.gatewayKey)
  const gatewayId = config.gatewayId ?? `${hostname()}:${config.port}`
  const logger = createLogger({ service: 'gateway', level: config.logLevel, json: config.logJson })
  const metrics = prometheusSink({ service: 'gateway' })
  const toLogAndMetrics = toAll(logSink(logger), metrics.observe)
  const { adminInternalUrl, redisUrl } = config
  const { serviceToken } = keys
  const records = await openRecords({ gatewayId, adminInternalUrl, serviceToken, redisUrl, observe: toLogAndMetrics })
  const faults = await openFaultReporter({
    dsn: config.sentryDsn,
    service: 'gateway',
    release: VERSION,
    environment: config.environment,
  })
  const tracing = await openTracing(config, gatewayId, toLogAndMetrics)
  const sinks = [toLogAndMetrics, accessRecordSink(records.batcher)]
  if (config.sentryDsn !== undefined) sinks.push(reportCalls(faults))
  if (tracing !== undefined) sinks.push(tracing.observe)
  const observe = toAll(...sinks)
  const drivers = openDrivers(config.external, observe)
  const scripts = await openScripts(config.scripts, observe, scriptMetrics(metrics.registry))
  const subscriber = openSubscriber(config, keys, { drivers, scripts }, observe)
  const heartbeat = openHeartbeat(config, keys, { gatewayId, subscriber, records, observe })
  const admission = await openAdmission(config, observe)
  const cache = await openCache(config, keys.cacheKey)
  if (cache !== undefined) cacheMetrics(metrics.registry, cache)
  return {
    logger,
    observe,
    metrics,
    records,
    admission: config.logsAdmissions ? loggedAdmission(admission, logger) : admission,
    cache,
    cursorKey: keys.cursorKey,
    drivers,
    scripts,
    subscriber,
    heartbeat,
    memory: openMemoryGuard(config, observe),
    tracing,
    faults,
  }
}

async function openTracing({ tracing }: GatewayConfig, instanceId: string, observe: Observe) {
  if (tracing === undefined) return undefined
  const { openTracing: open } = await import('./tracing/open-tracing.js')
  return open(tracing, { serviceVersion: VERSION, instanceId, observe })
}

function openMemoryGuard({ memory }: GatewayConfig, observe: Observe): MemoryGuard {
  const monotonicMs = () => performance.now()
  return memoryGuard({ read: processMemory(memory), collect: collectGarbage, observe, monotonicMs })
}

function openSubscriber(
  config: GatewayConfig,
  keys: GatewayKeys,
  followers: Pick<GatewayParts, 'drivers' | 'scripts'>,
  observe: Observe,
) {
  const { adminInternalUrl, redisUrl } = config
  const http = httpSource({ adminInternalUrl, serviceToken: keys.serviceToken })
  return new SnapshotSubscriber<CompiledSnapshot>({
    sources: redisUrl === undefined ? [http] : [redisSource({ url: redisUrl }), http],
    lastGood: new LastGoodStore(config.stateDir, (file, reason) =>
      observe({ kind: 'snapshot.last-good-corrupt', file, reason }),
    ),
    compile: (change, before) => compileSnapshot(change, before, keys.wrappingKey),
    manifestKey: keys.manifestKey,
    observe,
    onSwap(snapshot) {
      followers.drivers.follow(snapshot)
      followers.scripts.follow(snapshot)
    },
  })
}

function openHeartbeat(
  config: GatewayConfig,
  keys: GatewayKeys,
  parts: {
    readonly gatewayId: string
    readonly subscriber: SnapshotSubscriber<CompiledSnapshot>
    readonly records: OpenRecords
    readonly observe: Observe
  },
): Heartbeat {
  const startedAt = new Date().toISOString()
  const state = (): GatewayHeartbeat => ({
    gateway_id: parts.gatewayId,
    started_at: startedAt,
    version: VERSION,
    format: SNAPSHOT_FORMAT,
    ...parts.subscriber.state(),
    url: config.gatewayUrl ?? null,
    access_records_dropped: parts.records.batcher.dropped,
  })
  const { adminInternalUrl } = config
  return new Heartbeat({ adminInternalUrl, serviceToken: keys.serviceToken, state, observe: parts.observe })
}

async function openAdmission(
  { limitsRedisUrl, replicas, limitsTimeoutMs }: GatewayConfig,
  observe: Observe,
): Promise<AdmissionStore> {
  if (limitsRedisUrl === undefined) return localAdmissionStore()
  // Loaded only where it is used: a gateway without Redis starts without its driver.
  const { limitCommands, openLimitRedis, redisAdmissionStore } = await import('@penstock/limits-redis')
  const redis = openLimitRedis(limitsRedisUrl, { commandTimeoutMs: limitsTimeoutMs })
  // That it is away shows in the store's mode; without a listener each failed attempt would print a warning of its own.
  redis.on('error', () => undefined)
  const store = redisAdmissionStore({
    commands: limitCommands(redis),
    replicas: () => replicas,
    onMode: (mode) => observe({ kind: 'limits.mode', mode, replicas }),
  })
  return {
    admit: (request) => store.admit(request),
    async close() {
      await store.close()
      redis.disconnect()
    },
  }
}
