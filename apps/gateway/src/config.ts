import { join } from 'node:path'
import {
  duckdbOptions,
  externalDatabaseSettings,
  flag,
  loadSettings,
  noSecretsForScripts,
  optionalRedisOrClusterUrl,
  optionalText,
  port,
  ratio,
  processSettings,
  redisSettings,
  redisUrl,
  refuseChangeThis,
  requiredText,
  secondsAsMs,
  secretSetting,
  setting,
  text,
  wholeNumber,
  type Environment,
  type SettingValues,
  gatewayScriptSettings,
  scriptConfig,
} from '@penstock/app-config'

/** Every setting of the gateway. The reference in the documents is made of this. */
export const gatewaySettings = {
  ...processSettings,
  ...redisSettings,
  ...externalDatabaseSettings,
  ...gatewayScriptSettings,
  GATEWAY_PORT: setting(port(8000), 'Port of the data plane: /api, the token endpoints and /health.', '8000'),
  GATEWAY_OPS_PORT: setting(port(9000), 'Port of /metrics and /health of the gateway; not for the public.', '9000'),
  GATEWAY_KEY: secretSetting(
    requiredText(8),
    'Shared with admin: the token, the signature and the sealing between the planes derive from it. The starter derives it from SECRET_KEY, which a gateway must never hold.',
  ),
  GATEWAY_ID: setting(optionalText(), 'Name of this replica in GET /gateways. Not set: host name and port.'),
  FLOW_CONTROL_REDIS_URL: secretSetting(
    optionalRedisOrClusterUrl(),
    'A Redis for limits alone, in the forms of REDIS_URL or redis+cluster://host:port,host:port. Not set: the Redis of REDIS_URL or REDIS_*.',
  ),
  FLOW_CONTROL_REDIS_TIMEOUT: setting(
    secondsAsMs(0.05, { min: 0.005, max: 10 }),
    'Seconds that a call waits for Redis to decide on its limits; then this gateway decides alone, with its share of each limit.',
    '0.05',
  ),
  GATEWAY_REPLICAS: setting(
    wholeNumber(1, { min: 1, max: 10_000 }),
    'How many gateways share the limits: while Redis is away each of them admits its share.',
    '1',
  ),
  GATEWAY_URL: setting(optionalText(), 'Where this replica can be reached, shown in GET /gateways.'),
  ADMIN_INTERNAL_URL: setting(
    text('http://127.0.0.1:9001'),
    'Ops port of admin: snapshots, heartbeats and access records.',
    'http://127.0.0.1:9001',
  ),
  GATEWAY_STATE_DIR: setting(
    text('.penstock/gateway'),
    'Folder for the last good snapshots; a replica uses the sub-folder of its port.',
    '.penstock/gateway',
  ),
  GATEWAY_MAX_BODY_BYTES: setting(
    wholeNumber(1_048_576, { min: 1024, max: 1_073_741_824 }),
    'Most bytes of a request body.',
    '1048576',
  ),
  GATEWAY_MAX_RESPONSE_ROWS: setting(
    wholeNumber(10_000, { min: 0, max: 100_000_000 }),
    'Most rows of an answer where the API has no max_rows; 0: no cap.',
    '10000',
  ),
  GATEWAY_MAX_RESPONSE_BYTES: setting(
    wholeNumber(33_554_432, { min: 0, max: 1_073_741_824 }),
    'Most bytes of the data of an answer; 0: no cap.',
    '33554432',
  ),
  CACHE_ENABLED: setting(flag(true), 'Keep answers of APIs with cache_ttl_seconds; false: none are kept.', 'true'),
  CACHE_REDIS_URL: secretSetting(
    optionalText(),
    'A Redis of its own for kept answers, so that many of them never take the room of limits. Not set: the Redis of all else, if there is one.',
  ),
  GATEWAY_CACHE_MAX_BYTES: setting(
    wholeNumber(67_108_864, { min: 0, max: 68_719_476_736 }),
    'Most bytes of answers that this process keeps in memory; the one that was not asked for longest goes first.',
    '67108864',
  ),
  GATEWAY_CACHE_MAX_ENTRIES: setting(
    wholeNumber(10_000, { min: 1, max: 10_000_000 }),
    'Most answers that this process keeps in memory.',
    '10000',
  ),
  GATEWAY_CACHE_MAX_ANSWER_BYTES: setting(
    wholeNumber(1_048_576, { min: 1024, max: 134_217_728 }),
    'Bigger answers are not kept.',
    '1048576',
  ),
  GATEWAY_CACHE_REDIS_TIMEOUT: setting(
    secondsAsMs(0.05, { min: 0.005, max: 10 }),
    'Seconds that a call waits for a cached answer of Redis; then this gateway goes on with its own.',
    '0.05',
  ),
  GATEWAY_MAX_CONNECTIONS: setting(
    wholeNumber(10_000, { min: 1, max: 1_000_000 }),
    'Most connections of callers; more are closed at once.',
    '10000',
  ),
  GATEWAY_MAX_HEAP_PERCENT: setting(
    wholeNumber(95, { min: 0, max: 99 }),
    'Per cent of the heap that the engine may use, beyond which calls are refused with 503 and readiness says no; 0: not watched.',
    '95',
  ),
  GATEWAY_MAX_RSS_BYTES: setting(
    wholeNumber(0, { min: 0, max: 1_099_511_627_776 }),
    'Resident bytes beyond which calls are refused likewise; 0: nine tenths of what the container may use, not watched outside of one.',
    '0',
  ),
  GATEWAY_MAX_DATASOURCES: setting(
    wholeNumber(500, { min: 1, max: 100_000 }),
    'Most data sources that connections are kept to at a time.',
    '500',
  ),
  GATEWAY_ACCESS_LOG_BODY: setting(flag(false), 'Keep the parameters of calls, redacted, in the access log.', 'false'),
  GATEWAY_TOKEN_GET_ENABLED: setting(
    flag(false),
    'Answer GET /api/token/generate; its secrets end up in logs on the way.',
    'false',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(
    optionalText(),
    'Base URL of an OpenTelemetry collector (OTLP over HTTP, usually port 4318); spans of calls go to /v1/traces there. Not set: nothing is traced.',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: secretSetting(
    optionalText(),
    'Headers for the collector as name=value pairs, joined by commas; values percent-encoded.',
  ),
  OTEL_SERVICE_NAME: setting(text('penstock-gateway'), 'The name under which spans stand.', 'penstock-gateway'),
  OTEL_TRACES_SAMPLER_ARG: setting(
    ratio(0.1),
    'Share of calls that are traced where the caller sends no traceparent, from 0 to 1; a caller that sends one decides itself.',
    '0.1',
  ),
  GATEWAY_JWT_EXPIRE_SECONDS: setting(
    wholeNumber(3600, { min: 60, max: 86_400 }),
    'Seconds that a client token lives where the client has no setting of its own.',
    '3600',
  ),
  GATEWAY_CONFIG_CACHE_TTL_SECONDS: setting(optionalText(), 'Accepted and without effect: changes arrive at once.'),
  TRUSTED_PROXY_COUNT: setting(
    wholeNumber(0, { min: 0, max: 20 }),
    'Proxies in front: the caller is the n-th X-Forwarded-For entry from the right. 0: the header is not looked at.',
    '0',
  ),
  FLOW_CONTROL_RATE_LIMIT_ENABLED: setting(flag(true), 'Whether calls per time are limited at all.', 'true'),
  FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: setting(
    wholeNumber(600, { min: 0, max: 10_000_000 }),
    'Calls per minute and caller where neither the API nor the client has a limit; 0: none.',
    '600',
  ),
  FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT: setting(
    wholeNumber(20, { min: 0, max: 1_000_000 }),
    'Calls in flight per caller where the client has no limit of its own; 0: none.',
    '20',
  ),
  CONCURRENT_DEBUG: setting(
    flag(false),
    'Log each place in flight that is taken, refused and given back, with its caller; for finding out who holds them.',
    'false',
  ),
  AUTH_RATE_LIMIT_TOKEN_GENERATE: setting(
    wholeNumber(10, { min: 0, max: 1_000_000 }),
    'Tokens that one address may ask for per minute; 0: no limit.',
    '10',
  ),
  EXECUTION_TIMEOUT: setting(
    secondsAsMs(30, { min: 0.1, max: 86_400 }),
    'Seconds that a call may take in the data source, waiting for a connection included, where the API has no timeout_ms.',
    '30',
  ),
  GATEWAY_REQUEST_TIMEOUT: setting(
    secondsAsMs(15, { min: 1, max: 3600 }),
    'Seconds in which a whole request must have arrived.',
    '15',
  ),
  GATEWAY_DRAIN_WINDOW: setting(
    secondsAsMs(0, { min: 0, max: 300 }),
    'Seconds in which new connections are still taken after SIGTERM, while readiness says no already. Set it to what the load balancer needs.',
    '0',
  ),
  GATEWAY_DRAIN_TIMEOUT: setting(
    secondsAsMs(30, { min: 0, max: 3600 }),
    'Seconds that calls in flight get to finish after that.',
    '30',
  ),
}

type Values = SettingValues<typeof gatewaySettings>

/** What a gateway needs to know, in the units and the names of the program. */
export type GatewayConfig = ReturnType<typeof configOf>

/** Reads the gateway's settings once. Throws a SettingsError that names every bad variable. */
export function loadGatewayConfig(environment: Environment = process.env): GatewayConfig {
  return configOf(
    loadSettings(gatewaySettings, environment, [
      refuseChangeThis(['GATEWAY_KEY', 'REDIS_PASSWORD']),
      refuseShortKey,
      refuseBadUrl,
      refuseBadCollector,
      noSecretsForScripts(gatewaySettings),
    ]),
    environment,
  )
}

function configOf(values: Values, environment: Environment) {
  return Object.freeze({
    environment: values.ENVIRONMENT,
    sentryDsn: values.SENTRY_DSN,
    tracing: tracingConfig(values),
    showsDetails: values.LOG_LEVEL === 'debug' && values.ENVIRONMENT !== 'production',
    host: values.HOST,
    port: values.GATEWAY_PORT,
    opsPort: values.GATEWAY_OPS_PORT,
    logLevel: values.LOG_LEVEL,
    logJson: values.LOG_JSON,
    redisUrl: redisUrl(values),
    gatewayKey: values.GATEWAY_KEY,
    gatewayId: values.GATEWAY_ID,
    logsAdmissions: values.CONCURRENT_DEBUG,
    replicas: values.GATEWAY_REPLICAS,
    limitsRedisUrl: values.FLOW_CONTROL_REDIS_URL ?? redisUrl(values),
    limitsTimeoutMs: values.FLOW_CONTROL_REDIS_TIMEOUT,
    gatewayUrl: values.GATEWAY_URL,
    adminInternalUrl: values.ADMIN_INTERNAL_URL,
    // Two replicas on one machine must not write into each other's files.
    stateDir: join(values.GATEWAY_STATE_DIR, String(values.GATEWAY_PORT)),
    ignoredSettings: values.GATEWAY_CONFIG_CACHE_TTL_SECONDS === undefined ? [] : ['GATEWAY_CONFIG_CACHE_TTL_SECONDS'],
    traffic: trafficConfig(values),
    calls: callConfig(values),
    cache: cacheConfig(values),
    scripts: {
      ...scriptConfig(values, environment),
      cache: {
        redisUrl: values.CACHE_REDIS_URL ?? redisUrl(values),
        redisTimeoutMs: values.GATEWAY_CACHE_REDIS_TIMEOUT,
      },
    },
    external: {
      poolSize: values.EXTERNAL_DB_POOL_SIZE,
      connectTimeoutMs: values.EXTERNAL_DB_CONNECT_TIMEOUT,
      datasourcesMax: values.GATEWAY_MAX_DATASOURCES,
      coerceTinyintBool: values.EXTERNAL_DB_COERCE_TINYINT_BOOL,
      duckdb: duckdbOptions(values),
    },
    memory: { heapPercentMax: values.GATEWAY_MAX_HEAP_PERCENT, rssBytesMax: values.GATEWAY_MAX_RSS_BYTES },
    drainWindowMs: values.GATEWAY_DRAIN_WINDOW,
    drainTimeoutMs: values.GATEWAY_DRAIN_TIMEOUT,
  })
}

function trafficConfig(values: Values) {
  return {
    bodyBytesMax: values.GATEWAY_MAX_BODY_BYTES,
    connectionsMax: values.GATEWAY_MAX_CONNECTIONS,
    requestTimeoutMs: values.GATEWAY_REQUEST_TIMEOUT,
    trustedProxyCount: values.TRUSTED_PROXY_COUNT,
    tokenGetEnabled: values.GATEWAY_TOKEN_GET_ENABLED,
    tokenExpireSeconds: values.GATEWAY_JWT_EXPIRE_SECONDS,
    tokensPerMinute: values.AUTH_RATE_LIMIT_TOKEN_GENERATE,
  }
}

function callConfig(values: Values) {
  return {
    rateLimitsEnabled: values.FLOW_CONTROL_RATE_LIMIT_ENABLED,
    defaultRatePerMinute: values.FLOW_CONTROL_RATE_LIMIT_PER_MINUTE,
    defaultConcurrent: values.FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT,
    executionTimeoutMs: values.EXECUTION_TIMEOUT,
    statementTimeoutMs: values.EXTERNAL_DB_STATEMENT_TIMEOUT,
    rowsMax: values.GATEWAY_MAX_RESPONSE_ROWS === 0 ? undefined : values.GATEWAY_MAX_RESPONSE_ROWS,
    bytesMax: values.GATEWAY_MAX_RESPONSE_BYTES === 0 ? undefined : values.GATEWAY_MAX_RESPONSE_BYTES,
    keepParams: values.GATEWAY_ACCESS_LOG_BODY,
  }
}

function cacheConfig(values: Values) {
  if (!values.CACHE_ENABLED) return undefined
  return {
    bytesMax: values.GATEWAY_CACHE_MAX_BYTES,
    entriesMax: values.GATEWAY_CACHE_MAX_ENTRIES,
    answerBytesMax: values.GATEWAY_CACHE_MAX_ANSWER_BYTES,
    redisUrl: values.CACHE_REDIS_URL ?? redisUrl(values),
    redisTimeoutMs: values.GATEWAY_CACHE_REDIS_TIMEOUT,
  }
}

function tracingConfig(values: Values) {
  if (values.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return undefined
  return {
    endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: headerPairs(values.OTEL_EXPORTER_OTLP_HEADERS ?? '') ?? {},
    serviceName: values.OTEL_SERVICE_NAME,
    ratio: values.OTEL_TRACES_SAMPLER_ARG,
  }
}

/** `a=b,c=d` as headers; undefined when it is none. */
function headerPairs(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '')
  const found = pairs.map((pair) => /^\s*([A-Za-z0-9-]+)=(\S*)\s*$/.exec(pair))
  if (found.includes(null)) return undefined
  try {
    return Object.fromEntries(found.map((match) => [match?.[1] ?? '', decodeURIComponent(match?.[2] ?? '')]))
  } catch {
    return undefined
  }
}

function refuseBadCollector({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: headers }: Values) {
  const faults: string[] = []
  if (url !== undefined && !(/^https?:\/\//.test(url) && URL.canParse(url)))
    faults.push('OTEL_EXPORTER_OTLP_ENDPOINT must be an http:// or https:// URL, for example http://127.0.0.1:4318')
  if (headerPairs(headers ?? '') === undefined)
    faults.push('OTEL_EXPORTER_OTLP_HEADERS must be name=value pairs joined by commas, values percent-encoded')
  return faults
}

const KEY_CHARACTERS_MIN = 32

function refuseShortKey({ ENVIRONMENT, GATEWAY_KEY }: Values): readonly string[] {
  if (ENVIRONMENT === 'local' || GATEWAY_KEY.length >= KEY_CHARACTERS_MIN) return []
  return [`GATEWAY_KEY must have at least ${KEY_CHARACTERS_MIN} characters outside of ENVIRONMENT=local`]
}

function refuseBadUrl({ ADMIN_INTERNAL_URL }: Values): readonly string[] {
  return /^https?:\/\//.test(ADMIN_INTERNAL_URL) && URL.canParse(ADMIN_INTERNAL_URL)
    ? []
    : ['ADMIN_INTERNAL_URL must be an http:// or https:// URL, for example http://127.0.0.1:9001']
}
