import { describe, expect, it } from 'vitest'
import {
  commaList,
  flag,
  loadSettings,
  processSettings,
  redactSettings,
  refuseChangeThis,
  requiredText,
  secondsAsMs,
  secretSetting,
  setting,
  SettingsError,
  wholeNumber,
} from './index.js'

const definition = {
  ...processSettings,
  SECRET_KEY: secretSetting(requiredText(8), 'Signs.'),
  WAIT_TIMEOUT: setting(secondsAsMs(2, { min: 0.1, max: 60 }), 'Waits.'),
  ROWS: setting(wholeNumber(10, { min: 0, max: 100 }), 'Rows.'),
  FAST: setting(flag(false), 'Fast.'),
  HOSTS: setting(commaList(), 'Hosts.'),
}

describe('loadSettings', () => {
  it('reads text into typed values, seconds into milliseconds, and counts an empty variable as not set', () => {
    const values = loadSettings(definition, {
      SECRET_KEY: 'long enough',
      WAIT_TIMEOUT: '0.5',
      ROWS: '',
      FAST: 'Yes',
      HOSTS: ' a, b ,,c',
    })
    expect(values).toMatchObject({
      WAIT_TIMEOUT: 500,
      ROWS: 10,
      FAST: true,
      HOSTS: ['a', 'b', 'c'],
      ENVIRONMENT: 'local',
    })
    expect(Object.isFrozen(values)).toBe(true)
  })

  it('names every bad variable at once and never replaces a bad value by its default', () => {
    const load = () => loadSettings(definition, { SECRET_KEY: 'short', ROWS: '1e9', FAST: 'maybe', WAIT_TIMEOUT: '-1' })
    expect(load).toThrow(SettingsError)
    expect(load).toThrow(
      /SECRET_KEY must have at least 8[\s\S]*WAIT_TIMEOUT must be seconds[\s\S]*ROWS must be[\s\S]*FAST must be/,
    )
  })

  it('refuses changethis outside local with the variable’s name and a command for a good one', () => {
    const rules = [refuseChangeThis(['SECRET_KEY'])]
    const load = (environment: string) =>
      loadSettings(definition, { SECRET_KEY: 'changethis', ENVIRONMENT: environment }, rules)
    expect(load('local').SECRET_KEY).toBe('changethis')
    expect(() => load('production')).toThrow(/SECRET_KEY is "changethis".*randomBytes/)
  })

  it('never shows a secret', () => {
    const shown = redactSettings(definition, loadSettings(definition, { SECRET_KEY: 'do not show me' }))
    expect(JSON.stringify(shown)).not.toContain('do not show me')
    expect(shown['SECRET_KEY']).toBe('set')
  })
})
