import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSecretName, redact, redactText } from './redact.js'

describe('redact', () => {
  it.each([
    'password',
    'POSTGRES_PASSWORD',
    'clientSecret',
    'client_secret',
    'Authorization',
    'cookie',
    'set-cookie',
    'access_token',
    'refreshToken',
    'apiKey',
    'x-api-key',
    'ENCRYPTION_KEY',
    'passwd',
    'credentials',
  ])('hides %s', (name) => {
    expect(isSecretName(name)).toBe(true)
  })

  it.each(['path', 'tokens_valid_from', 'token_type', 'secretary', 'key', 'author'])('shows %s', (name) => {
    expect(isSecretName(name)).toBe(false)
  })

  it('hides a secret however deep it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'list'), { maxLength: 10 }), (path) => {
        const nested = path.reduce<unknown>((inner, name) => (name === 'list' ? [inner] : { [name]: inner }), {
          password: 'hunter2',
        })
        expect(JSON.stringify(redact(nested))).not.toContain('hunter2')
      }),
    )
  })

  it('hides credentials in URLs, bearer values and tokens within a text', () => {
    const token = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.e30.c2lnbmF0dXJl`
    const text = redactText(`connect postgres://app:hunter2@db:5432/x with Bearer abcdefgh12345 or ${token}`)
    expect(text).toBe('connect postgres://app:[redacted]@db:5432/x with Bearer [redacted] or [redacted]')
  })

  it('ends on a value that contains itself', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    expect(() => JSON.stringify(redact(loop))).not.toThrow()
  })
})
