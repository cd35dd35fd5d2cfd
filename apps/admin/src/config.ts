import {
  gatewayScriptSettings,
  scriptConfig,
  type ScriptConfig,
  corsSettings,
  databaseOptions,
  databaseSettings,
  duckdbOptions,
  externalDatabaseSettings,
  flag,
  loadSettings,
  noSecretsForScripts,
  optionalText,
  port,
  processSettings,
  redisSettings,
  redisUrl,
  refuseChangeThis,
  requiredText,
  secretSetting,
  setting,
  text,
  wholeNumber,
  type DatabaseOptions,
  type DuckdbSettings,
  type Environment,
  type SettingValues,
} from '@penstock/app-config'
import { deriveGatewayKey } from '@penstock/secrets'

/** Every setting of admin. The reference in the documents is made of this. */
export const adminSettings = {
  ...processSettings,
  ...databaseSettings,
  ...redisSettings,
  ...corsSettings,
  ...externalDatabaseSettings,
  ...gatewayScriptSettings,
  PROJECT_NAME: setting(text('Penstock'), 'The name that the API reference shows.', 'Penstock'),
  ADMIN_PORT: setting(port(8001), 'Port of the control plane: its API, /docs and the console.', '8001'),
  ADMIN_OPS_PORT: setting(
    port(9001),
    'Port of /metrics, /health and the routes that gateways use; not for the public.',
    '9001',
  ),
  SECRET_KEY: secretSetting(
    requiredText(8),
    'Signs the dashboard’s tokens. Never give it to a gateway: who holds it can sign in as anybody.',
  ),
  ENCRYPTION_KEY: secretSetting(
    requiredText(8),
    'Encrypts secrets in the configuration database. Several separated by commas: the first encrypts, all decrypt, so that it can be rotated.',
  ),
  GATEWAY_KEY: secretSetting(
    optionalText(),
    'Shared with the gateways: from it come the token, the signature and the sealing between the planes. Not set: derived from SECRET_KEY.',
  ),
  FIRST_SUPERUSER: setting(text('admin'), 'Name of the user that is made when there is no superuser.', 'admin'),
  FIRST_SUPERUSER_PASSWORD: secretSetting(optionalText(), 'Password of that user, at least 8 characters.'),
  ACCESS_TOKEN_EXPIRE_MINUTES: setting(
    wholeNumber(30, { min: 1, max: 1440 }),
    'Minutes that an access token of the dashboard is valid.',
    '30',
  ),
  REFRESH_TOKEN_EXPIRE_DAYS: setting(
    wholeNumber(7, { min: 1, max: 365 }),
    'Days after which one must log in again when the dashboard was not used.',
    '7',
  ),
  AUTH_RATE_LIMIT_LOGIN: setting(
    wholeNumber(10, { min: 0, max: 10_000 }),
    'Logins per minute and address; 0 for no limit.',
    '10',
  ),
  TRUSTED_PROXY_COUNT: setting(
    wholeNumber(0, { min: 0, max: 20 }),
    'Proxies in front: the caller is the n-th X-Forwarded-For entry from the right. 0: the header is not looked at.',
    '0',
  ),
  CACHE_ENABLED: setting(
    flag(true),
    'Whether Redis is used as a cache; health names Redis only when it is used.',
    'true',
  ),
}

export interface AdminConfig {
  readonly environment: 'local' | 'staging' | 'production'
  readonly projectName: string
  readonly host: string
  readonly port: number
  readonly opsPort: number
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug'
  readonly logJson: boolean
  readonly database: DatabaseOptions
  /** Undefined: no Redis. */
  readonly redisUrl: string | undefined
  /** Undefined: faults are only logged. */
  readonly sentryDsn: string | undefined
  readonly cacheEnabled: boolean
  readonly secretKey: string
  readonly encryptionKey: string
  readonly gatewayKey: string
  readonly firstSuperuser: { readonly username: string; readonly password: string | undefined }
  readonly accessTokenSeconds: number
  readonly refreshTokenSeconds: number
  readonly loginsPerMinute: number
  readonly trustedProxyCount: number
  readonly corsOrigins: readonly string[]
  readonly scripts: ScriptConfig
  readonly external: {
    readonly poolSize: number
    readonly connectTimeoutMs: number
    readonly statementTimeoutMs: number
    readonly templateCharactersMax: number
    readonly coerceTinyintBool: boolean
    readonly duckdb: DuckdbSettings
  }
}

type Values = SettingValues<typeof adminSettings>

/** Reads admin's settings once. Throws a SettingsError that names every bad variable. */
export function loadAdminConfig(environment: Environment = process.env): AdminConfig {
  const values = loadSettings(adminSettings, environment, [
    refuseChangeThis(['SECRET_KEY', 'ENCRYPTION_KEY', 'GATEWAY_KEY', 'FIRST_SUPERUSER_PASSWORD', 'POSTGRES_PASSWORD']),
    refuseEveryOrigin,
    refuseShortPassword,
    noSecretsForScripts(adminSettings),
  ])
  return Object.freeze({
    environment: values.ENVIRONMENT,
    projectName: values.PROJECT_NAME,
    host: values.HOST,
    port: values.ADMIN_PORT,
    opsPort: values.ADMIN_OPS_PORT,
    logLevel: values.LOG_LEVEL,
    logJson: values.LOG_JSON,
    database: databaseOptions(values),
    sentryDsn: values.SENTRY_DSN,
    redisUrl: redisUrl(values),
    cacheEnabled: values.CACHE_ENABLED,
    secretKey: values.SECRET_KEY,
    encryptionKey: values.ENCRYPTION_KEY,
    gatewayKey: values.GATEWAY_KEY ?? deriveGatewayKey(values.SECRET_KEY),
    firstSuperuser: { username: values.FIRST_SUPERUSER, password: values.FIRST_SUPERUSER_PASSWORD },
    accessTokenSeconds: values.ACCESS_TOKEN_EXPIRE_MINUTES * 60,
    refreshTokenSeconds: values.REFRESH_TOKEN_EXPIRE_DAYS * 86_400,
    loginsPerMinute: values.AUTH_RATE_LIMIT_LOGIN,
    trustedProxyCount: values.TRUSTED_PROXY_COUNT,
    corsOrigins: [
      ...values.BACKEND_CORS_ORIGINS,
      ...(values.FRONTEND_HOST === undefined ? [] : [values.FRONTEND_HOST]),
    ],
    scripts: scriptConfig(values, environment),
    external: {
      poolSize: values.EXTERNAL_DB_POOL_SIZE,
      connectTimeoutMs: values.EXTERNAL_DB_CONNECT_TIMEOUT,
      statementTimeoutMs: values.EXTERNAL_DB_STATEMENT_TIMEOUT,
      templateCharactersMax: values.SQL_TEMPLATE_MAX_SIZE,
      coerceTinyintBool: values.EXTERNAL_DB_COERCE_TINYINT_BOOL,
      duckdb: duckdbOptions(values),
    },
  })
}

/** With `*` any page that an administrator visits could call admin. */
function refuseEveryOrigin(values: Values): readonly string[] {
  return values.BACKEND_CORS_ORIGINS.includes('*') || values.FRONTEND_HOST === '*'
    ? [
        'BACKEND_CORS_ORIGINS and FRONTEND_HOST must name origins, for example https://console.example.com; * is refused',
      ]
    : []
}

function refuseShortPassword(values: Values): readonly string[] {
  const password = values.FIRST_SUPERUSER_PASSWORD
  return password === undefined || (password.length >= 8 && password.length <= 128)
    ? []
    : ['FIRST_SUPERUSER_PASSWORD must have 8 to 128 characters']
}

/** The environment, for the command lines that read only a part of the settings. */
export function environment(): Environment {
  return process.env
}
