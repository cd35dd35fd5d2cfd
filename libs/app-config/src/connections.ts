import type { SettingValues } from './setting.js'
import type { databaseSettings, redisSettings } from './shared-settings.js'

/** Where Redis is; undefined when none is configured. */
export function redisUrl(values: SettingValues<typeof redisSettings>): string | undefined {
  if (values.REDIS_URL !== undefined) return values.REDIS_URL
  if (values.REDIS_HOST === undefined) return undefined
  const secret = values.REDIS_PASSWORD === undefined ? '' : `:${encodeURIComponent(values.REDIS_PASSWORD)}@`
  return `${values.REDIS_SSL ? 'rediss' : 'redis'}://${secret}${values.REDIS_HOST}:${values.REDIS_PORT}/${values.REDIS_DB}`
}

/** How to reach the configuration database, in the words of `pg`. */
export interface DatabaseOptions {
  readonly url: string
  readonly sslMode: 'disable' | 'require' | 'verify-ca' | 'verify-full'
  /** File with CA certificates. */
  readonly sslCaFile: string | undefined
  readonly connectionsMax: number
}

/** Where the configuration database is. Throws nothing: without a server it is the one on this machine. */
export function databaseOptions(values: SettingValues<typeof databaseSettings>): DatabaseOptions {
  const secret = values.POSTGRES_PASSWORD === undefined ? '' : `:${encodeURIComponent(values.POSTGRES_PASSWORD)}`
  const server = values.POSTGRES_SERVER ?? '127.0.0.1'
  return {
    url:
      values.DATABASE_URL ??
      `postgres://${encodeURIComponent(values.POSTGRES_USER)}${secret}@${server}:${values.POSTGRES_PORT}/${encodeURIComponent(values.POSTGRES_DB)}`,
    sslMode: values.POSTGRES_SSLMODE,
    sslCaFile: values.POSTGRES_SSL_CA,
    connectionsMax: values.DB_POOL_SIZE + values.DB_MAX_OVERFLOW,
  }
}
