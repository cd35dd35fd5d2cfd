import { describe, expect, it } from 'vitest'
import { loadAdminConfig } from './config.js'

const SECRETS = { SECRET_KEY: 'a long enough secret', ENCRYPTION_KEY: 'another long secret' }

describe('loadAdminConfig', () => {
  it('has defaults for all but the secrets', () => {
    const config = loadAdminConfig(SECRETS)
    expect(config).toMatchObject({
      port: 8001,
      opsPort: 9001,
      host: '127.0.0.1',
      accessTokenSeconds: 1800,
      refreshTokenSeconds: 604_800,
    })
    expect(config.redisUrl).toBeUndefined()
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('derives the gateway key from SECRET_KEY and never equals it', () => {
    const { gatewayKey } = loadAdminConfig(SECRETS)
    expect(gatewayKey).not.toContain(SECRETS.SECRET_KEY)
    expect(loadAdminConfig(SECRETS).gatewayKey).toBe(gatewayKey)
    expect(loadAdminConfig({ ...SECRETS, GATEWAY_KEY: 'given' }).gatewayKey).toBe('given')
  })

  it.each([
    [{ SECRET_KEY: '' }, /SECRET_KEY is required/],
    [{ BACKEND_CORS_ORIGINS: 'https://a.example,*' }, /BACKEND_CORS_ORIGINS.*\* is refused/],
    [{ FIRST_SUPERUSER_PASSWORD: 'short' }, /FIRST_SUPERUSER_PASSWORD must have 8 to 128/],
    [{ ENVIRONMENT: 'production', SECRET_KEY: 'changethis' }, /SECRET_KEY is "changethis"/],
    [{ ADMIN_PORT: '99999' }, /ADMIN_PORT/],
  ])('refuses %j and says why', (wrong, reason) => {
    expect(() => loadAdminConfig({ ...SECRETS, ...wrong })).toThrow(reason)
  })
})
