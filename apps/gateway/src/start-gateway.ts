import type { FastifyInstance } from 'fastify'
import { AppError } from '@penstock/errors'
import type { CallSignal } from '@penstock/pipeline'
import { xlsxOnDemand } from './xlsx-on-demand.js'
import { composeGateway, type GatewayParts } from './compose.js'
import type { GatewayConfig } from './config.js'
// Not an inline type: that would load the module, and Nest with it.
import type { OpsServer } from './ops/open-ops.js'
import { processMetrics, type ProcessState } from './ops/process-metrics.js'
import { callsOfTurn } from './traffic/calls-of-turn.js'
import { trafficServer } from './traffic/traffic-server.js'
import { watchUnusedConnections } from './traffic/unused-connections.js'

export interface RunningGateway {
  readonly url: string
  readonly opsUrl: string
  /**
   * Unready at once; connections are taken for the drain window still; calls in flight get their time, then they are ended with 503; then
   * everything is closed. Idempotent.
   */
  stop(reason: string): Promise<void>
}

// Access records that wait get as long at the end as calls in flight do, within these.
const FLUSH_MS_MIN = 1_000
const FLUSH_MS_MAX = 5_000

/** Starts a gateway: callers are answered first, the ops port follows. It is ready when it holds a snapshot. */
export async function startGateway(config: GatewayConfig): Promise<RunningGateway> {
  const startedMs = performance.now()
  const parts = await composeGateway(config)
  const drain = new Drain()
  const missing = (): readonly string[] => [
    ...(parts.subscriber.ref.current === undefined ? ['snapshot'] : []),
    ...(parts.clock.isOff ? ['clock'] : []),
    ...(drain.isDraining ? ['draining'] : []),
    ...(parts.memory.underPressure ? ['memory'] : []),
    ...(parts.scripts.isBroken ? ['scripts'] : []),
  ]
  const traffic = await openTraffic(config, parts, drain, missing)
  const closeUnused = watchUnusedConnections(traffic.server)
  parts.memory.start()
  const served = firstSnapshot(parts)
  const url = await traffic.listen({ port: config.port, host: config.host })
  await served
  // Nest takes longer to load than all the rest; a restarted gateway has answered its first callers by then.
  const { openOps } = await import('./ops/open-ops.js')
  processMetrics(parts.metrics.registry, stateOf(parts, drain, traffic))
  const ops = await openOps({ metrics: parts.metrics, missing }, { port: config.opsPort, host: config.host })
  parts.heartbeat.start()
  for (const name of config.ignoredSettings) parts.logger.warn('setting.without-effect', { name })
  const afterMs = performance.now() - startedMs
  parts.observe({ kind: 'process.ready', name: 'gateway', urls: [url, ops.url], afterMs })
  let stopping: Promise<void> | undefined
  return {
    url,
    opsUrl: ops.url,
    stop: (reason) => (stopping ??= stop({ config, parts, drain, traffic, ops, closeUnused }, reason)),
  }
}

// Without admin and without a file there is nothing to wait for, and probes want an answer.
const FIRST_SNAPSHOT_MS_MAX = 500

/** Begins to follow snapshots, and waits a moment for the first. */
function firstSnapshot({ subscriber, heartbeat }: GatewayParts): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FIRST_SNAPSHOT_MS_MAX)
    subscriber.start(() => {
      heartbeat.now()
      if (subscriber.ref.current === undefined) return
      clearTimeout(timer)
      resolve()
    })
  })
}

/** What calls in flight and the shutdown know of each other. */
class Drain {
  readonly #calls = new Set<CallSignal>()
  isDraining = false

  get size(): number {
    return this.#calls.size
  }

  enter(call: CallSignal): () => void {
    this.#calls.add(call)
    return () => this.#calls.delete(call)
  }

  /** Ends what is still in flight, on the data source too. */
  abortAll(): void {
    const reason = new AppError('NOT_READY', 'the gateway is shutting down', { headers: { 'Retry-After': '1' } })
    for (const call of this.#calls) call.abort(reason)
  }
}

/** What the gauges show. */
function stateOf({ memory, records, drivers }: GatewayParts, drain: Drain, { server }: FastifyInstance): ProcessState {
  return {
    callsInFlight: () => drain.size,
    connections: () =>
      new Promise((resolve) => server.getConnections((error, count) => resolve(error === null ? count : 0))),
    underPressure: () => memory.underPressure,
    recordsBuffered: () => records.batcher.buffered,
    datasources: () => drivers.usage(),
  }
}

function openTraffic(
  config: GatewayConfig,
  { observe, subscriber, admission, cache, cursorKey, drivers, scripts, memory, tracing }: GatewayParts,
  drain: Drain,
  missing: () => readonly string[],
): Promise<FastifyInstance> {
  const now = () => Date.now()
  const monotonicMs = () => performance.now()
  return trafficServer({
    ...config.traffic,
    missing,
    context: {
      observe,
      trustedProxyCount: config.traffic.trustedProxyCount,
      showsDetails: config.showsDetails,
      isDraining: () => drain.isDraining,
      tracer: tracing?.tracer,
      now,
      monotonicMs,
    },
    calls: {
      snapshot: subscriber.ref,
      bodyBytesMax: config.traffic.bodyBytesMax,
      inFlight: (call) => drain.enter(call),
      turn: callsOfTurn(admission),
      screen: () => memory.screen(drain.size),
      ports: {
        admission,
        cache,
        cursorKey,
        writeXlsx: xlsxOnDemand(),
        scripts,
        leaseDriver: (datasource) => drivers.lease(datasource),
        prepareTexts: (datasource, texts, signal) => drivers.prepare(datasource, texts, signal),
        settings: config.calls,
        now,
        monotonicMs,
      },
    },
    tokens: {
      snapshot: subscriber.ref,
      admission,
      tokensPerMinute: config.traffic.tokensPerMinute,
      expireSeconds: config.traffic.tokenExpireSeconds,
      getEnabled: config.traffic.tokenGetEnabled,
      now,
    },
  })
}

interface Running {
  readonly config: GatewayConfig
  readonly parts: GatewayParts
  readonly drain: Drain
  readonly traffic: FastifyInstance
  readonly ops: OpsServer
  closeUnused(): void
}

async function stop({ config, parts, drain, traffic, ops, closeUnused }: Running, reason: string): Promise<void> {
  drain.isDraining = true
  parts.memory.stop()
  parts.observe({ kind: 'process.draining', name: 'gateway', reason })
  await new Promise((resolve) => setTimeout(resolve, config.drainWindowMs))
  const overdue = setTimeout(() => drain.abortAll(), config.drainTimeoutMs)
  // An answer that nobody reads must not hold the process up: some time after the calls were ended, connections are cut.
  const cut = setTimeout(() => traffic.server.closeAllConnections(), config.drainTimeoutMs + FLUSH_MS_MAX)
  const closed = traffic.close()
  closeUnused()
  await closed
  clearTimeout(overdue)
  clearTimeout(cut)
  await parts.subscriber.close()
  await parts.heartbeat.close()
  await parts.cache?.close()
  await parts.scripts.close()
  await parts.drivers.close()
  await parts.admission.close()
  parts.observe({ kind: 'process.stopped', name: 'gateway' })
  const flushMs = Math.max(FLUSH_MS_MIN, Math.min(FLUSH_MS_MAX, config.drainTimeoutMs))
  await Promise.all([parts.records.close(flushMs), parts.tracing?.close(flushMs), parts.faults.close(flushMs)])
  await ops.close()
}
