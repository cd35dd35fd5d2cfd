import { describe, expect, it } from 'vitest'
import { bodyHash, manifestIsAuthentic, SHARD_COUNT, shardOf, signManifest, type Manifest } from './manifest.js'

const key = new TextEncoder().encode('a key of the gateway, 32 bytes __')
const unsigned: Manifest = {
  format: 1,
  epoch: '8c2f4f0e-9d0e-4c55-9a39-0d7d5c2b1a11',
  revision: 7,
  created_at: '2026-01-02T03:04:05Z',
  counts: { api: 1 },
  shards: Array.from({ length: SHARD_COUNT }, () => null),
}

describe('a signed manifest', () => {
  it('is authentic under its own key, in whatever order its members arrive', () => {
    const signed = signManifest(unsigned, key)
    const reordered = Object.fromEntries(Object.entries(signed.manifest).reverse()) as unknown as Manifest
    expect(manifestIsAuthentic({ manifest: reordered, hmac: signed.hmac }, key)).toBe(true)
  })

  it.each<[string, (manifest: Manifest) => Manifest]>([
    ['revision', (manifest) => ({ ...manifest, revision: 8 })],
    ['epoch', (manifest) => ({ ...manifest, epoch: '8c2f4f0e-9d0e-4c55-9a39-0d7d5c2b1a12' })],
    ['shards', (manifest) => ({ ...manifest, shards: [bodyHash('other'), ...manifest.shards.slice(1)] })],
  ])('is refused when its %s was changed', (_name, change) => {
    const signed = signManifest(unsigned, key)
    expect(manifestIsAuthentic({ manifest: change(signed.manifest), hmac: signed.hmac }, key)).toBe(false)
  })

  it('is refused under another key, and with an HMAC that is cut or not hex', () => {
    const signed = signManifest(unsigned, key)
    expect(manifestIsAuthentic(signed, new TextEncoder().encode('another'))).toBe(false)
    expect(manifestIsAuthentic({ ...signed, hmac: signed.hmac.slice(2) }, key)).toBe(false)
    expect(manifestIsAuthentic({ ...signed, hmac: 'zz' }, key)).toBe(false)
  })
})

describe('shardOf', () => {
  it('spreads keys over all shards', () => {
    const used = new Set(Array.from({ length: 10_000 }, (_, index) => shardOf(`api:${index}`)))
    expect(used.size).toBe(SHARD_COUNT)
  })
})
