import { Module, type DynamicModule } from '@nestjs/common'
import { UPKEEP_QUEUE } from '@penstock/contracts'
import { tlsOptions } from '@penstock/migrations'
import { openQueue, type JobFactSink, type QueueConnection } from '@penstock/queue'
import { createLogger, type Logger } from '@penstock/telemetry'
import type { WorkerConfig } from './config.js'
import { openDatabase } from './database.js'
import { UPKEEP_SCHEDULES, upkeepHandlers } from './jobs/upkeep-handlers.js'
import { HealthController } from './ops/health.controller.js'
import { MetricsController } from './ops/metrics.controller.js'
import { workerReadiness } from './ops/readiness.js'
import { logJobFact } from './telemetry/log-job-fact.js'
import { workerMetrics } from './telemetry/metrics.js'
import { METRICS, READINESS } from './tokens.js'

/** A worker that is put together but does not take jobs yet. */
export interface ComposedWorker {
  readonly opsModule: DynamicModule
  readonly logger: Logger
  /** Upserts the schedules and begins to take jobs. */
  start(): Promise<void>
  /** Lets running jobs finish, for as long as the configuration allows, and closes every connection. */
  stop(): Promise<void>
}

/** Puts the worker together; the only place that knows the concrete parts. Connects to nothing yet. */
export function composeWorker(config: WorkerConfig): ComposedWorker {
  const logger = createLogger({ service: 'worker', level: config.logLevel, json: config.logJson })
  const database = openDatabase(config.database, config.concurrency + 1, (error) =>
    logger.warn(`database connection lost: ${error.message}`),
  )
  // Facts that the queue tells before the metrics exist can only be faults of its connection: the log has them.
  const sinks: JobFactSink[] = [(fact) => logJobFact(logger, fact)]
  const queue = openQueue(UPKEEP_QUEUE, queueConnection(config), (fact) => sinks.forEach((sink) => sink(fact)))
  const metrics = workerMetrics(() => queue.depth())
  sinks.push((fact) => metrics.record(fact))
  const handlers = upkeepHandlers({ database, accessLogRetentionDays: config.accessLogRetentionDays, nowMs: Date.now })
  return {
    logger,
    opsModule: opsModule([
      { provide: METRICS, useValue: metrics },
      { provide: READINESS, useValue: workerReadiness(database, queue) },
    ]),
    async start() {
      await queue.keepSchedules(UPKEEP_SCHEDULES)
      await queue.consume(handlers, { concurrency: config.concurrency })
    },
    async stop() {
      await queue.close(config.shutdownTimeoutMs)
      await database.end()
    },
  }
}

function queueConnection({ redisUrl, database }: WorkerConfig): QueueConnection {
  if (redisUrl !== undefined) return { kind: 'redis', url: redisUrl }
  const ssl = tlsOptions(database)
  return { kind: 'postgres', url: database.url, ...(ssl === false ? {} : { ssl }) }
}

@Module({ controllers: [HealthController, MetricsController] })
class OpsModule {}

function opsModule(providers: NonNullable<DynamicModule['providers']>): DynamicModule {
  return { module: OpsModule, providers }
}
