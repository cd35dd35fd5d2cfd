import { describe, expect, it } from 'vitest'
import { loadSettings, redactSettings } from './load-settings.js'
import { scriptConnections } from './script-connections.js'
import { secretSetting } from './setting.js'

const definition = { SCRIPT_HTTP_CONNECTIONS: secretSetting(scriptConnections(), 'Connections.') }
const load = (value: unknown) =>
  loadSettings(definition, { SCRIPT_HTTP_CONNECTIONS: typeof value === 'string' ? value : JSON.stringify(value) })
const crm = { url: 'https://crm.example.com/v2', headers: { Authorization: 'Bearer s3cr3t' }, modules: ['sales'] }

describe('SCRIPT_HTTP_CONNECTIONS', () => {
  it('is none when it is not set', () => {
    expect(load('').SCRIPT_HTTP_CONNECTIONS).toEqual([])
  })

  it('is read by name, with headers in lower case, and public where it does not say', () => {
    expect(load({ crm }).SCRIPT_HTTP_CONNECTIONS).toEqual([
      { ...crm, name: 'crm', headers: { authorization: 'Bearer s3cr3t' }, internal: false },
    ])
  })

  it('is never shown', () => {
    expect(JSON.stringify(redactSettings(definition, load({ crm })))).toBe('{"SCRIPT_HTTP_CONNECTIONS":"set"}')
  })

  it.each([
    ['{"crm": s3cr3t', 'must be a JSON object'],
    [{ '1 2': crm }, 'a name has letters'],
    [{ crm: { ...crm, url: 'crm.example.com' } }, 'crm.url: must be an http or https URL'],
    [{ crm: { ...crm, url: 'https://user:s3cr3t@crm.example.com' } }, 'crm.url: must be an http or https URL'],
    [{ crm: { ...crm, url: 'https://crm.example.com/?key=s3cr3t' } }, 'crm.url: must be an http or https URL'],
    [{ crm: { ...crm, headers: { 'x y': 's3cr3t' } } }, 'this is no name of a header'],
    [{ crm: { ...crm, headers: { key: 's3cr3t\r\nx: 1' } } }, 'crm.headers.key: a header has one line'],
    [{ crm: { url: crm.url } }, 'crm.modules: must list modules by name'],
    [{ crm: { ...crm, moduls: ['a'] } }, 'crm: Unrecognized key'],
    [{ crm: { ...crm, internal: 'yes' } }, 'crm.internal'],
  ])('%j is refused by its place, without a word of its values', (value, words) => {
    expect(() => load(value)).toThrow(words)
    expect(() => load(value)).not.toThrow('s3cr3t')
  })
})
