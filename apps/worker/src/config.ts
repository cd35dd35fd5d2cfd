import {
  databaseOptions,
  databaseSettings,
  loadSettings,
  port,
  processSettings,
  redisSettings,
  redisUrl,
  refuseChangeThis,
  secondsAsMs,
  setting,
  wholeNumber,
  type DatabaseOptions,
  type Environment,
} from '@penstock/app-config'

/** Every setting of the worker. The reference in the documents is made of this. */
export const workerSettings = {
  ...processSettings,
  ...databaseSettings,
  ...redisSettings,
  WORKER_OPS_PORT: setting(port(9002), 'Port of /metrics and /health of the worker.', '9002'),
  WORKER_CONCURRENCY: setting(wholeNumber(4, { min: 1, max: 100 }), 'Jobs that one worker runs at the same time.', '4'),
  WORKER_SHUTDOWN_TIMEOUT: setting(
    secondsAsMs(20, { min: 0, max: 600 }),
    'Seconds that running jobs get to finish when the worker is told to stop; then another worker takes them over.',
    '20',
  ),
  ACCESS_LOG_RETENTION_DAYS: setting(
    wholeNumber(30, { min: 1, max: 3650 }),
    'Days that access records are kept; whole days (UTC) are dropped.',
    '30',
  ),
}

export interface WorkerConfig {
  readonly host: string
  readonly opsPort: number
  readonly concurrency: number
  readonly shutdownTimeoutMs: number
  readonly accessLogRetentionDays: number
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug'
  readonly logJson: boolean
  readonly environment: 'local' | 'staging' | 'production'
  /** Undefined: faults are only logged. */
  readonly sentryDsn: string | undefined
  readonly database: DatabaseOptions
  /** Undefined: jobs are kept in the configuration database. */
  readonly redisUrl: string | undefined
}

/** Reads the worker's settings once. Throws a SettingsError that names every bad variable. */
export function loadWorkerConfig(environment: Environment = process.env): WorkerConfig {
  const values = loadSettings(workerSettings, environment, [refuseChangeThis(['POSTGRES_PASSWORD', 'REDIS_PASSWORD'])])
  return Object.freeze({
    host: values.HOST,
    opsPort: values.WORKER_OPS_PORT,
    concurrency: values.WORKER_CONCURRENCY,
    shutdownTimeoutMs: values.WORKER_SHUTDOWN_TIMEOUT,
    accessLogRetentionDays: values.ACCESS_LOG_RETENTION_DAYS,
    logLevel: values.LOG_LEVEL,
    logJson: values.LOG_JSON,
    database: databaseOptions(values),
    redisUrl: redisUrl(values),
    environment: values.ENVIRONMENT,
    sentryDsn: values.SENTRY_DSN,
  })
}
