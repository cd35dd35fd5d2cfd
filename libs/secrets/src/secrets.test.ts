import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clientSecretMatches,
  deriveGatewayKey,
  deriveGatewayKeys,
  hasClientSecretForm,
  hashClientSecret,
  newClientSecret,
  openKeyring,
  openSealed,
  sealForEntry,
  secretsEqual,
  SecretUnreadable,
} from './index.js'

const place = { entry: 'datasource:1', field: 'password' }
const stored = { table: 'datasource', row: '1', column: 'password' }

describe('keys from GATEWAY_KEY', () => {
  it('are the same on both planes, in every release', () => {
    const keys = deriveGatewayKeys('k'.repeat(32))
    expect(keys).toEqual(deriveGatewayKeys('k'.repeat(32)))
    // A changed derivation would part running planes: this value is fixed.
    expect(keys.serviceToken).toBe('lm9ElxLhcBCk1dxRbvuDGqk3Hvsuor-2gknVeRpMOk8')
  })

  it('differ from each other and from those of another key', () => {
    const a = deriveGatewayKeys('a'.repeat(32))
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
    const all = [
      a.serviceToken,
      hex(a.manifestKey),
      hex(a.wrappingKey.encryption),
      hex(a.wrappingKey.nonce),
      deriveGatewayKey('a'.repeat(32)),
    ]
    expect(new Set(all).size).toBe(all.length)
    expect(all).not.toContain(deriveGatewayKeys('b'.repeat(32)).serviceToken)
  })
})

describe('sealed values in snapshots', () => {
  const { wrappingKey } = deriveGatewayKeys('g'.repeat(32))

  it('come back as they were, and equal inputs give equal text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const sealed = sealForEntry(wrappingKey, text, place)
        expect(openSealed(wrappingKey, sealed, place)).toBe(text)
        expect(sealForEntry(wrappingKey, text, place)).toBe(sealed)
      }),
    )
  })

  it('use a nonce of their own for each text and each place', () => {
    const nonces = [
      sealForEntry(wrappingKey, 'x', place),
      sealForEntry(wrappingKey, 'y', place),
      sealForEntry(wrappingKey, 'x', { ...place, field: 'ca' }),
      sealForEntry(wrappingKey, 'x', { entry: 'datasource:2', field: 'password' }),
    ].map((sealed) => Buffer.from(sealed, 'base64url').subarray(0, 12).toString('hex'))
    expect(new Set(nonces).size).toBe(4)
  })

  it('cannot be read elsewhere, with another key, or after any change', () => {
    const sealed = sealForEntry(wrappingKey, 'secret', place)
    const bytes = Buffer.from(sealed, 'base64url')
    expect(() => openSealed(wrappingKey, sealed, { ...place, entry: 'datasource:2' })).toThrow(SecretUnreadable)
    expect(() => openSealed(deriveGatewayKeys('h'.repeat(32)).wrappingKey, sealed, place)).toThrow(SecretUnreadable)
    expect(() => openSealed(wrappingKey, 'short', place)).toThrow(SecretUnreadable)
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      expect(() => openSealed(wrappingKey, changed.toString('base64url'), place)).toThrow(SecretUnreadable)
    }
  })
})

describe('secrets at rest', () => {
  it('come back as they were, never twice the same text', () => {
    const ring = openKeyring('first key of the ring, long enough')
    const [one, two] = [ring.encrypt('p4ss', stored), ring.encrypt('p4ss', stored)]
    expect(one).not.toBe(two)
    expect(ring.decrypt(one, stored)).toBe('p4ss')
    expect(one).not.toContain('p4ss')
  })

  it('survive rotation: the newest key encrypts, all decrypt, old ones are named', () => {
    const old = openKeyring('old key').encrypt('p4ss', stored)
    const both = openKeyring('new key, old key')
    expect(both.decrypt(old, stored)).toBe('p4ss')
    expect(both.needsRotation(old)).toBe(true)
    const fresh = both.encrypt('p4ss', stored)
    expect(both.needsRotation(fresh)).toBe(false)
    expect(openKeyring('new key').decrypt(fresh, stored)).toBe('p4ss')
    expect(() => openKeyring('new key').decrypt(old, stored)).toThrow(/no key with id/)
  })

  it('cannot be swapped between rows, columns or tables', () => {
    const ring = openKeyring('a key')
    const text = ring.encrypt('p4ss', stored)
    for (const other of [
      { ...stored, table: 'client' },
      { ...stored, row: '2' },
      { ...stored, column: 'ca' },
      { table: 'datasource|1', row: '', column: 'password' },
    ]) {
      expect(() => ring.decrypt(text, other)).toThrow(SecretUnreadable)
    }
  })

  it.each(['', 'plain', 'v1.x', 'v2.a.b', 'v1.a.b.c'])('refuses what is no ciphertext: %j', (text) => {
    expect(() => openKeyring('a key').decrypt(text, stored)).toThrow(SecretUnreadable)
  })

  it('refuses a ring without keys', () => {
    expect(() => openKeyring(' , ')).toThrow(RangeError)
  })
})

describe('client secrets', () => {
  it('have a fixed form with a checksum that finds typing errors', () => {
    const secret = newClientSecret()
    expect(secret).toMatch(/^psk_[0-9A-Za-z]{49}$/)
    expect(hasClientSecretForm(secret)).toBe(true)
    expect(hasClientSecretForm(secret.slice(0, -1))).toBe(false)
    const at = 10
    expect(hasClientSecretForm(secret.slice(0, at) + (secret[at] === 'a' ? 'b' : 'a') + secret.slice(at + 1))).toBe(
      false,
    )
  })

  it('hold all 256 bits, the largest too', () => {
    expect(hasClientSecretForm(newClientSecret((count) => new Uint8Array(count).fill(255)))).toBe(true)
    expect(newClientSecret((count) => new Uint8Array(count).fill(255))).not.toBe(
      newClientSecret((count) => new Uint8Array(count).fill(254)),
    )
  })

  it('match any of the valid hashes and nothing else', () => {
    const [one, two] = [newClientSecret(), newClientSecret()]
    const hashes = [hashClientSecret('pepper', one), hashClientSecret('pepper', two)]
    expect(clientSecretMatches('pepper', one, hashes)).toBe(true)
    expect(clientSecretMatches('pepper', two, hashes)).toBe(true)
    expect(clientSecretMatches('pepper', newClientSecret(), hashes)).toBe(false)
    expect(clientSecretMatches('other pepper', one, hashes)).toBe(false)
    expect(clientSecretMatches('pepper', one, [])).toBe(false)
    expect(clientSecretMatches('pepper', one, ['', 'zz', hashes[0]?.slice(0, 62) ?? ''])).toBe(false)
  })

  it('compare equal only with themselves', () => {
    expect(secretsEqual('abc', 'abc')).toBe(true)
    expect(secretsEqual('abc', 'abcd')).toBe(false)
    expect(secretsEqual('', 'a')).toBe(false)
  })
})
