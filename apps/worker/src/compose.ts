import { Module, type DynamicModule } from '@nestjs/common'
import { UPKEEP_QUEUE } from '@penstock/contracts'
import { tlsOptions } from '@penstock/migrations'
import { openQueue, type JobFactSink, type QueueConnection } from '@penstock/queue'
import { createLogger, openFaultReporter, type Logger } from '@penstock/telemetry'
import type pg from 'pg'
import type { Registry } from 'prom-client'
import type { RecordConsumer } from './access-records/consume-records.js'
import { openRecordIntake, type RecordIntake } from './access-records/open-record-consumer.js'
import type { RecordFactSink } from './access-records/record-fact.js'
import type { WorkerConfig } from './config.js'
import { openDatabase } from './database.js'
import { UPKEEP_SCHEDULES, upkeepHandlers } from './jobs/upkeep-handlers.js'
import { HealthController } from './ops/health.controller.js'
import { MetricsController } from './ops/metrics.controller.js'
import { workerReadiness } from './ops/readiness.js'
import { logJobFact } from './telemetry/log-job-fact.js'
import { reportJobFault } from './telemetry/report-job-fault.js'
import { workerMetrics } from './telemetry/metrics.js'
import { logRecordFact, recordMetrics } from './telemetry/record-facts.js'
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

const VERSION = '0.1.0'
// What was reported last gets so long on its way.
const FAULTS_MS_MAX = 2_000

/** Puts the worker together; the only place that knows the concrete parts. Takes nothing yet. */
export async function composeWorker(config: WorkerConfig): Promise<ComposedWorker> {
  const logger = createLogger({ service: 'worker', level: config.logLevel, json: config.logJson })
  const database = openDatabase(config.database, config.concurrency + 2, (error) =>
    logger.warn(`database connection lost: ${error.message}`),
  )
  // Facts that the queue tells before the metrics exist can only be faults of its connection: the log has them.
  const sinks: JobFactSink[] = [(fact) => logJobFact(logger, fact)]
  const queue = openQueue(UPKEEP_QUEUE, queueConnection(config), (fact) => sinks.forEach((sink) => sink(fact)))
  const { sentryDsn: dsn, environment } = config
  const faults = await openFaultReporter({ dsn, service: 'worker', release: VERSION, environment })
  sinks.push((fact) => reportJobFault(faults, fact))
  const metrics = workerMetrics(() => queue.depth())
  sinks.push((fact) => metrics.record(fact))
  const records = await openRecords(config, database, logger, metrics.registry)
  let consumer: RecordConsumer | undefined
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
      consumer = records?.start()
    },
    async stop() {
      await Promise.all([queue.close(config.shutdownTimeoutMs), consumer?.stop(config.shutdownTimeoutMs)])
      records?.close()
      await faults.close(FAULTS_MS_MAX)
      await database.end()
    },
  }
}

/** Access records come over Redis where there is one; otherwise gateways bring them to admin. */
async function openRecords(
  { redisUrl }: WorkerConfig,
  database: pg.Pool,
  logger: Logger,
  registry: Registry,
): Promise<RecordIntake | undefined> {
  if (redisUrl === undefined) return undefined
  const sinks: RecordFactSink[] = [(fact) => logRecordFact(logger, fact)]
  const intake = await openRecordIntake({ redisUrl, database, report: (fact) => sinks.forEach((sink) => sink(fact)) })
  sinks.push(recordMetrics(registry, () => intake.stream.length()))
  return intake
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
