import { describe, expect, it } from 'vitest'
import { withVersion } from './http-server.js'
import { requestIdOf } from './request-id.js'

describe('the alias without version', () => {
  it.each([
    ['/api/auth/login', '/api/v1/auth/login'],
    ['/api/modules?page=1', '/api/v1/modules?page=1'],
    ['/api/v1/modules', '/api/v1/modules'],
    ['/api/v1', '/api/v1'],
    ['/api/v10/x', '/api/v1/v10/x'],
    ['/docs', '/docs'],
    ['/apis', '/apis'],
  ])('%s is %s', (url, expected) => {
    expect(withVersion(url)).toBe(expected)
  })
})

describe('requestIdOf', () => {
  it.each(['a'.repeat(129), 'with blank', 'line\nbreak', '', 'ünïcode'])('makes a new one for %j', (sent) => {
    expect(requestIdOf({ headers: { 'x-request-id': sent } })).toMatch(/^[0-9a-f-]{36}$/)
  })
})
