import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { signingKey, signToken, tokenKeys, verifyToken, type TokenKey } from './index.js'

const NOW = 1_800_000_000
const secret = randomBytes(32)
const key: TokenKey = { kid: 'k1', secret, notBefore: NOW - 1000, notAfter: null }
const keys = tokenKeys([key])
const good = { alg: 'HS256', typ: 'at+jwt', kid: 'k1' }
const claims = { iss: 'penstock', aud: 'penstock-gateway', sub: 'mobile', iat: NOW, exp: NOW + 600, jti: 'j1' }

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const hs = (header: object, payload: object, by: Uint8Array = secret, hash = 'sha256') => {
  const text = `${encode(header)}.${encode(payload)}`
  return `${text}.${createHmac(hash, by).update(text).digest('base64url')}`
}
const without = (name: string) => Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name))
const [head, body, mac] = hs(good, claims).split('.') as [string, string, string]
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signedWith = (alg: string, by: typeof rsa.privateKey) => {
  const text = `${encode({ ...good, alg })}.${encode(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), by).toString('base64url')}`
}

const BAD: [string, string][] = [
  ['nothing', ''],
  ['a word', 'token'],
  ['two parts', `${head}.${body}`],
  ['four parts', `${head}.${body}.${mac}.x`],
  ['five parts, as an encrypted token has', 'a.b.c.d.e'],
  ['alg none without signature', `${encode({ ...good, alg: 'none' })}.${body}.`],
  ['alg none with the old signature', `${encode({ ...good, alg: 'none' })}.${body}.${mac}`],
  ['alg None', `${encode({ ...good, alg: 'None' })}.${body}.`],
  ['no alg', hs({ typ: 'at+jwt', kid: 'k1' }, claims)],
  ['HS384', hs({ ...good, alg: 'HS384' }, claims, secret, 'sha384')],
  ['HS512', hs({ ...good, alg: 'HS512' }, claims, secret, 'sha512')],
  ['RS256 by a key of the caller', signedWith('RS256', rsa.privateKey)],
  ['ES256 by a key of the caller', signedWith('ES256', ec.privateKey)],
  [
    'a public key used as HMAC secret',
    hs(good, claims, Buffer.from(rsa.publicKey.export({ type: 'spki', format: 'pem' }))),
  ],
  ['another secret', hs(good, claims, randomBytes(32))],
  ['an empty secret', hs(good, claims, Buffer.alloc(0))],
  ['a changed payload', `${head}.${encode({ ...claims, sub: 'admin' })}.${mac}`],
  ['a changed header', `${encode({ ...good, x: 1 })}.${body}.${mac}`],
  ['a cut signature', `${head}.${body}.${mac.slice(0, -2)}`],
  ['a lengthened signature', `${head}.${body}.${mac}AA`],
  ['no signature', `${head}.${body}.`],
  ['an unknown kid', hs({ ...good, kid: 'k2' }, claims)],
  ['no kid', hs({ alg: 'HS256', typ: 'at+jwt' }, claims)],
  ['a kid that is a number', hs({ ...good, kid: 1 }, claims)],
  ['a kid that is a path', hs({ ...good, kid: '../../dev/null' }, claims, Buffer.alloc(0))],
  ['a kid that is an inherited name', hs({ ...good, kid: '__proto__' }, claims)],
  ['an embedded key', hs({ ...good, kid: 'k9', jwk: { kty: 'oct', k: secret.toString('base64url') } }, claims)],
  ['an unknown crit', hs({ ...good, crit: ['x'], x: 1 }, claims)],
  ['b64 false', hs({ ...good, b64: false, crit: ['b64'] }, claims)],
  ['typ JWT', hs({ ...good, typ: 'JWT' }, claims)],
  ['no typ', hs({ alg: 'HS256', kid: 'k1' }, claims)],
  ['another issuer', hs(good, { ...claims, iss: 'elsewhere' })],
  ['no issuer', hs(good, without('iss'))],
  ['a dashboard token', hs(good, { ...claims, aud: 'penstock-admin' })],
  ['no audience', hs(good, without('aud'))],
  ['expired', hs(good, { ...claims, iat: NOW - 600, exp: NOW - 1 })],
  ['expires now', hs(good, { ...claims, exp: NOW })],
  ['no exp', hs(good, without('exp'))],
  ['an exp that is text', hs(good, { ...claims, exp: 'tomorrow' })],
  ['no iat', hs(good, without('iat'))],
  ['issued in the future', hs(good, { ...claims, iat: NOW + 61, exp: NOW + 600 })],
  ['not valid yet', hs(good, { ...claims, nbf: NOW + 100 })],
  ['lives too long', hs(good, { ...claims, exp: NOW + 86_401 })],
  ['no subject', hs(good, without('sub'))],
  ['an empty subject', hs(good, { ...claims, sub: '' })],
  ['a subject that is a number', hs(good, { ...claims, sub: 7 })],
  ['no jti', hs(good, without('jti'))],
  ['too long', `${hs(good, { ...claims, pad: 'x'.repeat(9000) })}`],
  ['blanks around it', ` ${head}.${body}.${mac}`],
  ['an array for a header', hs([good], claims)],
  ['an array for a payload', hs(good, [claims])],
  [
    'a payload that is no JSON',
    (() => {
      const text = `${encode(good)}.${Buffer.from('{').toString('base64url')}`
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
    })(),
  ],
  ['a padded signature', `${head}.${body}.${mac}=`],
  ['an exp beyond all numbers', hs(good, { ...claims, exp: 1e308 * 10 })],
  ['a NUL in it', `${head}.${body}\0.${mac}`],
]

describe('verifyToken', () => {
  it('accepts what signToken makes, to its last second', async () => {
    const token = await signToken(key, {
      clientId: 'mobile',
      expireSeconds: 600,
      nowSeconds: NOW,
      validFromSeconds: 0,
      tokenId: 'j',
    })
    const valid = { kind: 'valid', claims: { clientId: 'mobile', issuedAt: NOW, expiresAt: NOW + 600 } }
    expect(verifyToken(token, keys, NOW)).toEqual(valid)
    expect(verifyToken(token, keys, NOW + 599)).toEqual(valid)
    expect(verifyToken(token, keys, NOW + 600)).toMatchObject({ why: 'expired' })
  })

  it('accepts a token that was issued in the second of a revocation, or by a clock behind it', async () => {
    const grant = { clientId: 'mobile', expireSeconds: 600, nowSeconds: NOW, tokenId: 'j' }
    const token = await signToken(key, { ...grant, validFromSeconds: NOW + 5 })
    expect(verifyToken(token, keys, NOW)).toMatchObject({
      kind: 'valid',
      claims: { issuedAt: NOW + 5, expiresAt: NOW + 600 },
    })
  })

  it('accepts clocks that are a minute apart, and no more', () => {
    expect(verifyToken(hs(good, { ...claims, iat: NOW + 60, nbf: NOW + 60 }), keys, NOW).kind).toBe('valid')
    expect(verifyToken(hs(good, { ...claims, iat: NOW + 61 }), keys, NOW).kind).toBe('rejected')
  })

  it.each(BAD)('refuses: %s', (_name, token) => {
    expect(verifyToken(token, keys, NOW).kind).toBe('rejected')
  })

  it('refuses every token that differs from a good one in one character', () => {
    const token = hs(good, claims)
    for (let at = 0; at < token.length; at++) {
      for (const other of ['A', 'B', '.', '=', ' ', '~']) {
        const changed = token.slice(0, at) + other + token.slice(at + 1)
        if (changed !== token) expect([changed, verifyToken(changed, keys, NOW).kind]).toEqual([changed, 'rejected'])
      }
    }
  })

  it('agrees with an independent implementation on every bad token and on a good one', async () => {
    const options = {
      algorithms: ['HS256'],
      issuer: 'penstock',
      audience: 'penstock-gateway',
      typ: 'at+jwt',
      requiredClaims: ['sub', 'iat', 'exp', 'jti'],
      currentDate: new Date(NOW * 1000),
    }
    const independent = (token: string) =>
      jwtVerify(token, secret, options).then(
        () => 'valid',
        () => 'rejected',
      )
    expect(await independent(hs(good, claims))).toBe('valid')
    // Rules of our own, that a general library does not know.
    const ours = /kid|future|too long|subject|embedded|blanks|padded/
    for (const [name, token] of BAD.filter(([name]) => !ours.test(name))) {
      expect([name, await independent(token)]).toEqual([name, 'rejected'])
    }
  })

  it('follows the time of the key', () => {
    const token = hs(good, claims)
    const ending = tokenKeys([{ ...key, notAfter: NOW + 300 }])
    expect(verifyToken(token, ending, NOW + 299).kind).toBe('valid')
    expect(verifyToken(token, ending, NOW + 300)).toMatchObject({ why: 'the time of its key is over' })
    const coming = tokenKeys([{ ...key, notBefore: NOW + 61 }])
    expect(verifyToken(token, coming, NOW)).toMatchObject({ why: 'the time of its key has not come' })
  })
})

describe('signingKey', () => {
  it('is the newest key whose time has come and is not over', () => {
    const older = { ...key, kid: 'old', notBefore: NOW - 5000 }
    const future = { ...key, kid: 'next', notBefore: NOW + 10 }
    const over = { ...key, kid: 'over', notBefore: NOW - 10, notAfter: NOW }
    expect(signingKey(tokenKeys([older, future, key, over]), NOW)?.kid).toBe('k1')
    expect(signingKey(tokenKeys([older, future, key]), NOW + 10)?.kid).toBe('next')
    expect(signingKey(tokenKeys([]), NOW)).toBeUndefined()
  })

  it('refuses a key that could be guessed', () => {
    expect(() => tokenKeys([{ ...key, secret: randomBytes(31) }])).toThrow(/at least 32/)
  })
})
