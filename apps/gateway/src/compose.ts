import { hostname } from 'node:os'
import { type GatewayHeartbeat, SNAPSHOT_FORMAT } from '@penstock/contracts'
import type { AdmissionStore } from '@penstock/limits'
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
import { ClockWatch } from './clock-watch.js'
import type { GatewayConfig } from './config.js'
import { type Drivers, openDrivers } from './drivers.js'
import { loggedAdmission } from './logged-admission.js'
import { openAdmission } from './open-admission.js'
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
  readonly clock: ClockWatch
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
  const clock = new ClockWatch(observe, () => performance.now())
  const heartbeat = openHeartbeat(config, keys, { gatewayId, subscriber, records, clock, observe })
  const admission = await openAdmission(config, clock, observe)
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
    clock,
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
    readonly clock: ClockWatch
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
  return new Heartbeat({
    adminInternalUrl,
    serviceToken: keys.serviceToken,
    state,
    onClock: (adminMs, localMs) => parts.clock.compared('admin', localMs, adminMs),
    observe: parts.observe,
  })
}
