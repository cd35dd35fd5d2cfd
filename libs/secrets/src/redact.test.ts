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

  it('hides texts whose name holds a secret word, and shows their numbers, switches and absence', () => {
    expect(
      redact({
        token_expire_seconds: 60,
        tokens_valid_from: 1,
        secret_sealed: 'v1.x',
        passwordHash: 'argon2',
        password: 1234,
        nested: [{ client_secret: 'y', Authorization: ['z'], token_type: 'bearer' }],
        has_password: true,
        token: null,
      }),
    ).toEqual({
      token_expire_seconds: 60,
      tokens_valid_from: 1,
      secret_sealed: '[redacted]',
      passwordHash: '[redacted]',
      password: '[redacted]',
      nested: [{ client_secret: '[redacted]', Authorization: '[redacted]', token_type: 'bearer' }],
      has_password: true,
      token: null,
    })
  })

  it('hides passwords in URLs, those with @ too, and secrets of clients', () => {
    expect(redactText('to postgres://app:p@ss@db:5432/x and rediss://:pw@r/0, psk_0123456789abcdefgh')).toBe(
      'to postgres://app:[redacted]@db:5432/x and rediss://:[redacted]@r/0, [redacted]',
    )
  })

  it('ends on a value that contains itself', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    expect(() => JSON.stringify(redact(loop))).not.toThrow()
  })
})
