import { SettingsError } from '@penstock/app-config'
import { describe, expect, it } from 'vitest'
import { loadWorkerConfig } from './config.js'

describe('the worker’s settings', () => {
  it('need nothing: jobs are kept in the configuration database of this machine', () => {
    expect(loadWorkerConfig({})).toMatchObject({
      opsPort: 9002,
      concurrency: 4,
      shutdownTimeoutMs: 20_000,
      accessLogRetentionDays: 30,
      redisUrl: undefined,
    })
  })

  it('move the jobs to Redis when there is one', () => {
    expect(loadWorkerConfig({ REDIS_HOST: 'redis.example', REDIS_PASSWORD: 'p@ss' }).redisUrl).toBe(
      'redis://:p%40ss@redis.example:6379/0',
    )
  })

  it('refuse to keep access records for less than a day', () => {
    expect(() => loadWorkerConfig({ ACCESS_LOG_RETENTION_DAYS: '0' })).toThrow(SettingsError)
  })
})
