import { SettingsError } from '@penstock/app-config'
import { describe, expect, it } from 'vitest'
import { loadGatewayConfig } from './config.js'

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    loadGatewayConfig(environment)
    return []
  } catch (error) {
    return error instanceof SettingsError ? error.faults : [String(error)]
  }
}

describe('loadGatewayConfig', () => {
  it('needs a GATEWAY_KEY and nothing else', () => {
    expect(faultsOf({})).toEqual(['GATEWAY_KEY is required'])
    expect(loadGatewayConfig({ GATEWAY_KEY: 'changethis' })).toMatchObject({
      port: 8000,
      opsPort: 9000,
      host: '127.0.0.1',
    })
  })

  it('names every bad variable at once', () => {
    const faults = faultsOf({
      GATEWAY_KEY: 'k',
      GATEWAY_PORT: '70000',
      EXECUTION_TIMEOUT: 'soon',
      GATEWAY_DRAIN_WINDOW: '-1',
    })
    for (const name of ['GATEWAY_KEY', 'GATEWAY_PORT', 'EXECUTION_TIMEOUT', 'GATEWAY_DRAIN_WINDOW']) {
      expect(faults.join('\n')).toContain(name)
    }
  })

  it('lists no secret of Penstock for scripts', () => {
    const names = 'RATES_URL,GATEWAY_KEY,SCRIPT_HTTP_CONNECTIONS,DATABASE_URL,REDIS_PASSWORD'
    expect(faultsOf({ GATEWAY_KEY: 'k'.repeat(40), SCRIPT_ENV_NAMES: names })).toEqual(
      ['GATEWAY_KEY', 'SCRIPT_HTTP_CONNECTIONS', 'DATABASE_URL', 'REDIS_PASSWORD'].map(
        (name) => `SCRIPT_ENV_NAMES must not list ${name}: scripts would read it`,
      ),
    )
  })

  it('refuses weak keys outside of local, and says how to make a good one', () => {
    const faults = faultsOf({ ENVIRONMENT: 'production', GATEWAY_KEY: 'changethis' })
    expect(faults.join('\n')).toMatch(/GATEWAY_KEY[\s\S]*randomBytes/)
    expect(faultsOf({ ENVIRONMENT: 'production', GATEWAY_KEY: 'only-twenty-chars-xx' })).toHaveLength(1)
  })

  it('never holds the key that signs dashboard tokens, even when it is given', () => {
    const secret = 'the-secret-key-of-the-dashboard'
    const config = loadGatewayConfig({ GATEWAY_KEY: 'changethis', SECRET_KEY: secret, ENCRYPTION_KEY: secret })
    expect(JSON.stringify(config)).not.toContain(secret)
  })

  it('shows details of faults in debug only, and never in production', () => {
    const shows = (environment: Record<string, string>) =>
      loadGatewayConfig({ GATEWAY_KEY: 'x'.repeat(40), ...environment }).showsDetails
    expect(shows({})).toBe(false)
    expect(shows({ LOG_LEVEL: 'debug' })).toBe(true)
    expect(shows({ LOG_LEVEL: 'debug', ENVIRONMENT: 'production' })).toBe(false)
  })

  it('takes an old setting and says that it is without effect', () => {
    const config = loadGatewayConfig({ GATEWAY_KEY: 'changethis', GATEWAY_CONFIG_CACHE_TTL_SECONDS: '60' })
    expect(config.ignoredSettings).toEqual(['GATEWAY_CONFIG_CACHE_TTL_SECONDS'])
  })
})
