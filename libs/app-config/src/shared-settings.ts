import {
  commaList,
  flag,
  oneOf,
  optionalRedisUrl,
  optionalText,
  port,
  secondsAsMs,
  sentryDsn,
  text,
  wholeNumber,
} from './readers.js'
import { secretSetting, setting } from './setting.js'

/** What every process reads. */
export const processSettings = {
  ENVIRONMENT: setting(
    oneOf(['local', 'staging', 'production'], 'local'),
    'Where this runs. Outside local, weak secrets are refused; in production, answers never carry details of a fault.',
    'local',
  ),
  HOST: setting(
    text('127.0.0.1'),
    'The address that every server listens on; 0.0.0.0 for all interfaces.',
    '127.0.0.1',
  ),
  LOG_LEVEL: setting(oneOf(['error', 'warn', 'info', 'debug'], 'info'), 'How much is logged.', 'info'),
  SENTRY_DSN: secretSetting(
    sentryDsn(),
    'Where faults of our own (500 INTERNAL, jobs that are given up) are reported to, redacted. Not set: they are only logged.',
  ),
  LOG_JSON: setting(flag(false), 'Log lines as JSON objects, for log collectors.', 'false'),
}

/** The configuration database: admin and worker. */
export const databaseSettings = {
  DATABASE_URL: secretSetting(optionalText(), 'PostgreSQL URL of the configuration database; wins over POSTGRES_*.'),
  POSTGRES_SERVER: setting(optionalText(), 'Host of the configuration database. Not set: npm start brings its own.'),
  POSTGRES_PORT: setting(port(5432), 'Its port.', '5432'),
  POSTGRES_USER: setting(text('penstock'), 'Its user.', 'penstock'),
  POSTGRES_PASSWORD: secretSetting(optionalText(), 'Password of that user.'),
  POSTGRES_DB: setting(text('penstock'), 'Its database.', 'penstock'),
  POSTGRES_SSLMODE: setting(
    oneOf(['disable', 'require', 'verify-ca', 'verify-full'], 'disable'),
    'TLS to the configuration database: require encrypts, verify-ca and verify-full also check the certificate.',
    'disable',
  ),
  POSTGRES_SSL_CA: setting(optionalText(), 'File with the CA certificates (PEM) for verify-ca and verify-full.'),
  DB_POOL_SIZE: setting(
    wholeNumber(10, { min: 1, max: 1000 }),
    'Connections that a process keeps to the configuration database.',
    '10',
  ),
  DB_MAX_OVERFLOW: setting(
    wholeNumber(5, { min: 0, max: 1000 }),
    'Connections beyond the pool that may be opened under load.',
    '5',
  ),
}

/** Redis, where there is one. */
export const redisSettings = {
  REDIS_URL: secretSetting(
    optionalRedisUrl(),
    'redis://host:port/db, or redis+sentinel://host:port,host:port/name where sentinels say which server is the primary; rediss for TLS. Wins over REDIS_*. None of them set: no Redis.',
  ),
  REDIS_HOST: setting(optionalText(), 'Host of Redis.'),
  REDIS_PORT: setting(port(6379), 'Its port.', '6379'),
  REDIS_DB: setting(wholeNumber(0, { min: 0, max: 1000 }), 'Its database number.', '0'),
  REDIS_PASSWORD: secretSetting(optionalText(), 'Its password.'),
  REDIS_SSL: setting(flag(false), 'TLS to Redis.', 'false'),
}

/** The databases that APIs read: gateway, and admin for tests, debug and publish. */
export const externalDatabaseSettings = {
  EXTERNAL_DB_POOL_SIZE: setting(
    wholeNumber(10, { min: 1, max: 1000 }),
    'Most connections that one process opens to one data source.',
    '10',
  ),
  EXTERNAL_DB_CONNECT_TIMEOUT: setting(
    secondsAsMs(10, { min: 0.1, max: 300 }),
    'Seconds that a connection may take.',
    '10',
  ),
  EXTERNAL_DB_STATEMENT_TIMEOUT: setting(
    secondsAsMs(30, { min: 0.1, max: 86_400 }),
    'Seconds that a statement may take before it is cancelled on the server.',
    '30',
  ),
  EXTERNAL_DB_COERCE_TINYINT_BOOL: setting(
    flag(true),
    'TINYINT(1) of MySQL and MariaDB comes as true and false, otherwise as a number.',
    'true',
  ),
  DUCKDB_ROOT: setting(
    optionalText(),
    'Folder with the files of data sources of type duckdb, as an absolute path; the same for admin and gateways. Not set: such data sources are refused.',
  ),
  DUCKDB_MEMORY_LIMIT: setting(
    wholeNumber(536_870_912, { min: 67_108_864, max: 1_099_511_627_776 }),
    'Most bytes of memory that DuckDB takes for one data source; its process ends when all of it takes 512 MB more.',
    '536870912',
  ),
  DUCKDB_TEMP_LIMIT: setting(
    wholeNumber(1_073_741_824, { min: 0, max: 1_099_511_627_776 }),
    'Most bytes that DuckDB writes aside for one data source when its memory is not enough.',
    '1073741824',
  ),
  DUCKDB_THREADS: setting(wholeNumber(2, { min: 1, max: 256 }), 'Threads of DuckDB for one data source.', '2'),
  SQL_TEMPLATE_MAX_SIZE: setting(
    wholeNumber(1_000_000, { min: 1000, max: 10_000_000 }),
    'Most characters of a SQL template.',
    '1000000',
  ),
}

/** What scripts may use: gateway, and admin for publishing and debugging. Both must say the same. */
export const scriptSettings = {
  SCRIPT_EXTRA_MODULES: setting(
    commaList(),
    'Packages that scripts may import, comma separated: lodash-es,date-fns. Pure JavaScript, installed with npm in SCRIPT_MODULES_DIR.',
  ),
  SCRIPT_MODULES_DIR: setting(text('.'), 'Folder whose node_modules has these packages.', '.'),
}

/** Browsers that may call a server. */
export const corsSettings = {
  BACKEND_CORS_ORIGINS: setting(commaList(), 'Origins, comma separated, whose pages may call admin. * is refused.'),
  FRONTEND_HOST: setting(
    optionalText(),
    'Origin of the console when it is served elsewhere; added to the allowed origins.',
  ),
}
